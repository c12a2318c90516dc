//! What the worker may not do: open a socket to anywhere. Files it cannot write, by the limit on their size.

/// Refuses sockets of the internet families to this process and all that it starts, where the system can.
#[cfg(target_os = "linux")]
pub(crate) fn no_network() {
    // Without a filter the limits on time, memory and files are left.
    let _ = filter().map(|program| seccompiler::apply_filter_all_threads(&program));
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn no_network() {}

#[cfg(target_os = "linux")]
fn filter() -> Option<seccompiler::BpfProgram> {
    use seccompiler::{
        SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
    };
    /// The numbers of `socket` and of the families, which are part of the system's interface.
    const FAMILIES: [u64; 2] = [2, 10];
    let socket = match std::env::consts::ARCH {
        "x86_64" => 41,
        "aarch64" => 198,
        _ => return None,
    };
    let rule = |family| {
        let condition = SeccompCondition::new(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, family).ok()?;
        SeccompRule::new(vec![condition]).ok()
    };
    let rules = FAMILIES.into_iter().map(rule).collect::<Option<Vec<_>>>()?;
    let arch = std::env::consts::ARCH.try_into().ok()?;
    let refused = SeccompAction::Errno(13);
    let filter = SeccompFilter::new([(socket, rules)].into(), SeccompAction::Allow, refused, arch).ok()?;
    filter.try_into().ok()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::net::TcpListener;
    use std::process::{Command, Stdio};

    #[test]
    #[ignore = "is started by the other test, in a process of its own"]
    fn in_a_sandbox() {
        super::no_network();
        let refused = TcpListener::bind("127.0.0.1:0").is_err();
        std::process::exit(if refused { 7 } else { 8 });
    }

    #[test]
    fn there_is_no_network() {
        assert!(TcpListener::bind("127.0.0.1:0").is_ok(), "the test itself may");
        let program = std::env::current_exe().expect("the program that runs");
        let child = Command::new(program)
            .args(["--exact", "sandbox::tests::in_a_sandbox", "--ignored", "--nocapture"])
            .stdout(Stdio::null())
            .status()
            .expect("it starts");
        assert_eq!(child.code(), Some(7));
    }
}
