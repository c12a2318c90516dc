//! The worker process that reads untrusted PDF, office files, mail and archives at arm's length, and the parent's side of the pipes.

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use belaeg_model::{Cause, Warning};
use rustix::process::{Resource, Rlimit, setrlimit};
use serde::{Deserialize, Serialize};

use crate::office::{self, OfficeFormat, OfficeLimits};
use crate::pdf::{self, OcrLimits, Pages};
use crate::piece::Draft;
use crate::{Failure, Limits, sandbox};

/// How to start the worker: a program that runs [`worker_main`] on its standard input and output.
#[derive(Clone, Debug)]
pub struct WorkerCommand {
    /// The program; the binary starts itself.
    pub program: PathBuf,
    /// Its arguments.
    pub args: Vec<OsString>,
}

/// Stands before the answer, in case a library prints something.
const MARK: &[u8] = b"\n\x1dbelaeg-answer\n";
/// Bytes of the worker's standard error that are looked at.
const STDERR_KEPT: u64 = 16 * 1024;
/// Stack of the thread that parses, in bytes.
const STACK: usize = 64 << 20;
/// The share of a document's time that OCR may take.
const OCR_SHARE: f64 = 0.7;
/// Room in the answer for marks and escapes, as a factor of the text.
const ESCAPED: u64 = 6;

#[derive(Serialize, Deserialize)]
struct Request {
    seconds: u64,
    memory_bytes: u64,
    output_bytes: u64,
    input_bytes: u64,
    ocr: bool,
    work: Work,
}

/// What the bytes of a request are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Work {
    Pdf,
    Office {
        format: OfficeFormat,
        /// Whether PDFs inside are read.
        reads_pdf: bool,
    },
}

/// What a worker made of them.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Done {
    Pages(Pages),
    Draft(Box<Draft>),
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    Done(Done),
    Failure { cause: Cause, detail: String },
}

/// What the worker process runs: limits itself, reads one request, writes one answer, returns.
///
/// A request is the length of a JSON object (8 bytes, little-endian), the object (limits and the length of
/// the document), the document. The answer is a mark and a JSON object.
///
/// # Errors
/// If the request cannot be read or the answer cannot be written.
pub fn worker_main(mut input: impl Read, mut output: impl Write) -> io::Result<()> {
    let request = read_request(&mut input)?;
    let limit = |resource, soft, hard| {
        // Where the system knows no such limit, the parent's clock is left.
        let _ = setrlimit(resource, Rlimit { current: Some(soft), maximum: Some(hard) });
    };
    limit(Resource::As, request.memory_bytes, request.memory_bytes);
    // At the soft limit the signal tells that it was the time; at the hard one it would not.
    limit(Resource::Cpu, request.seconds, request.seconds.saturating_add(5));
    limit(Resource::Core, 0, 0);
    // Pipes are no files: the answer still goes out.
    limit(Resource::Fsize, 0, 0);
    sandbox::no_network();
    answer(&request, &mut input, &mut output)
}

fn read_request(input: &mut impl Read) -> io::Result<Request> {
    let mut length = [0; 8];
    input.read_exact(&mut length)?;
    let mut json = Vec::new();
    input.take(u64::from_le_bytes(length).min(4096)).read_to_end(&mut json)?;
    Ok(serde_json::from_slice(&json)?)
}

/// Reads the document and writes the answer.
fn answer(request: &Request, input: &mut impl Read, output: &mut impl Write) -> io::Result<()> {
    let mut bytes = Vec::new();
    let taken = input.take(request.input_bytes).read_to_end(&mut bytes);
    let answer = match taken {
        Err(error) if error.kind() == io::ErrorKind::OutOfMemory => out_of_memory("the document"),
        Err(error) => return Err(error),
        Ok(_) => parse(bytes, request),
    };
    output.write_all(MARK)?;
    serde_json::to_writer(&mut *output, &answer)?;
    output.flush()
}

/// Parses on a thread with room for deep recursion.
fn parse(bytes: Vec<u8>, request: &Request) -> Answer {
    let output_bytes = request.output_bytes;
    // What OCR leaves is for the layout and the answer.
    let time = Duration::from_secs(request.seconds).mul_f64(OCR_SHARE);
    let ocr = OcrLimits { wanted: request.ocr, time };
    let work = request.work;
    let read = move || match work {
        Work::Pdf => pdf::read(bytes, output_bytes, ocr).map(Done::Pages),
        Work::Office { format, reads_pdf } => {
            let limits = OfficeLimits { reads_pdf, text_bytes: output_bytes, ..OfficeLimits::default() };
            office::read(&bytes, format, &limits).map(|draft| Done::Draft(Box::new(draft)))
        }
    };
    let parser = thread::Builder::new().stack_size(STACK).spawn(read);
    match parser.map(thread::JoinHandle::join) {
        Ok(Ok(Ok(done))) => Answer::Done(done),
        Ok(Ok(Err(Failure { cause, detail }))) => Answer::Failure { cause, detail },
        Ok(Err(_)) => Answer::Failure { cause: Cause::Crashed, detail: "the parser panicked".to_owned() },
        Err(_) => out_of_memory("the parser's stack"),
    }
}

fn out_of_memory(what: &str) -> Answer {
    let detail = format!("the worker's memory limit leaves no room for {what}: raise the limit");
    Answer::Failure { cause: Cause::OutOfMemory, detail }
}

/// Has a worker read an office file; once more without the PDFs inside where these may be what stopped it.
pub(crate) fn run_office(
    command: &WorkerCommand,
    limits: &Limits,
    format: OfficeFormat,
    bytes: &[u8],
) -> Result<Done, Failure> {
    let read = |reads_pdf| run(command, limits, Work::Office { format, reads_pdf }, bytes);
    let holds_files = matches!(format, OfficeFormat::Zip | OfficeFormat::Mail);
    let stopped = |f: &Failure| matches!(f.cause, Cause::Crashed | Cause::TimedOut | Cause::OutOfMemory);
    match read(true) {
        Err(first) if holds_files && stopped(&first) => {
            let mut done = read(false).map_err(|_| first.clone())?;
            if let Done::Draft(draft) = &mut done {
                let detail = format!("the PDFs inside were left out: {}", first.detail);
                draft.warnings.push(Warning { cause: first.cause, detail });
            }
            Ok(done)
        }
        done => done,
    }
}

/// Has a worker read `bytes`. Kills it at the limits; never waits longer.
pub(crate) fn run(
    command: &WorkerCommand,
    limits: &Limits,
    work: Work,
    bytes: &[u8],
) -> Result<Done, Failure> {
    let mib = u64::try_from(bytes.len() >> 20).unwrap_or(u64::MAX);
    let seconds = limits.worker_seconds.saturating_add(mib).max(1);
    let request = Request {
        seconds,
        memory_bytes: limits.worker_memory_bytes,
        output_bytes: limits.worker_output_bytes,
        input_bytes: bytes.len() as u64,
        ocr: limits.ocr,
        work,
    };
    let head = serde_json::to_vec(&request)
        .map_err(|e| Failure::new(Cause::Crashed, format!("the worker's request cannot be written: {e}")))?;
    let mut child = Command::new(&command.program)
        .args(&command.args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| {
            let program = command.program.display();
            Failure::new(Cause::Crashed, format!("the worker {program} cannot be started: {e}"))
        })?;
    // A year is for ever; a limit beyond it must not overflow the clock.
    let deadline = Instant::now() + Duration::from_secs(seconds.min(365 * 24 * 3600));
    let most =
        limits.worker_output_bytes.saturating_mul(ESCAPED).saturating_add(MARK.len() as u64 + (1 << 16));
    let told = converse(&mut child, &[&(head.len() as u64).to_le_bytes(), &head, bytes], most, deadline);
    // The pipes are closed and the worker has ended (or is ended) here.
    let status = end(&mut child, deadline, told.is_some());
    let Some(told) = told else {
        let detail = format!("the worker took longer than {seconds} seconds and was stopped");
        return Err(Failure::new(Cause::TimedOut, detail));
    };
    if told.out.len() as u64 > most {
        let detail = format!("the worker wrote more than {most} bytes and was stopped");
        return Err(Failure::new(Cause::TooLarge, detail));
    }
    conclude(&told, status, seconds)
}

/// What the worker left in its pipes.
#[derive(Default)]
struct Told {
    out: Vec<u8>,
    err: Vec<u8>,
}

/// Writes the request and reads both pipes at the same time; `None` at the deadline, when the worker is killed.
fn converse(child: &mut Child, request: &[&[u8]], most: u64, deadline: Instant) -> Option<Told> {
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (done, ended) = mpsc::channel();
    thread::scope(|scope| {
        scope.spawn(move || {
            // A worker that ends early breaks the pipe; its status says why.
            let Some(mut stdin) = stdin else { return };
            for part in request {
                if stdin.write_all(part).is_err() {
                    return;
                }
            }
        });
        let err = scope.spawn(move || {
            let mut kept = Vec::new();
            if let Some(mut pipe) = stderr {
                let _ = (&mut pipe).take(STDERR_KEPT).read_to_end(&mut kept);
                let _ = io::copy(&mut pipe, &mut io::sink());
            }
            kept
        });
        let out = scope.spawn(move || {
            let mut kept = Vec::new();
            if let Some(pipe) = stdout {
                let _ = pipe.take(most.saturating_add(1)).read_to_end(&mut kept);
            }
            let _ = done.send(());
            kept
        });
        let in_time = ended.recv_timeout(deadline.saturating_duration_since(Instant::now())).is_ok();
        if !in_time {
            let _ = child.kill();
        }
        let out = out.join().unwrap_or_default();
        if out.len() as u64 > most {
            let _ = child.kill();
        }
        // Standard output is closed: the worker is done or has given up. One that lingers is ended here, since
        // the threads wait for the other pipes.
        wait_a_little(child, deadline);
        let err = err.join().unwrap_or_default();
        in_time.then_some(Told { out, err })
    })
}

/// Gives the worker a second to end by itself, then kills it.
fn wait_a_little(child: &mut Child, deadline: Instant) {
    let until = deadline.min(Instant::now() + Duration::from_secs(1));
    while matches!(child.try_wait(), Ok(None)) {
        if Instant::now() >= until {
            let _ = child.kill();
            return;
        }
        thread::sleep(Duration::from_millis(2));
    }
}

fn end(child: &mut Child, deadline: Instant, in_time: bool) -> Option<ExitStatus> {
    if in_time {
        wait_a_little(child, deadline);
    }
    child.wait().ok()
}

/// Reads the answer, or finds out from what is left why there is none.
fn conclude(told: &Told, status: Option<ExitStatus>, seconds: u64) -> Result<Done, Failure> {
    let at = told.out.windows(MARK.len()).rposition(|w| w == MARK).map(|at| at + MARK.len());
    let json = at.and_then(|at| told.out.get(at..)).unwrap_or(&[]);
    match serde_json::from_slice::<Answer>(json) {
        Ok(Answer::Done(done)) => return Ok(done),
        Ok(Answer::Failure { cause, detail }) => return Err(Failure { cause, detail }),
        Err(_) => {}
    }
    let err = String::from_utf8_lossy(&told.err);
    let signal = status.and_then(|s| std::os::unix::process::ExitStatusExt::signal(&s));
    let said = err.lines().rfind(|l| !l.trim().is_empty()).unwrap_or("").trim();
    let said: String = said.chars().filter(|c| !c.is_control()).take(200).collect();
    // 24 is SIGXCPU: the limit on processor time. 9 is what the system sends at its own limits.
    Err(match signal {
        Some(24) => Failure::new(
            Cause::TimedOut,
            format!("the worker used more than {seconds} seconds and was stopped"),
        ),
        _ if err.contains("memory allocation") => {
            Failure::new(Cause::OutOfMemory, "the worker needed more memory than the limit")
        }
        Some(9) => Failure::new(Cause::OutOfMemory, "the worker was killed, probably for want of memory"),
        _ => Failure::new(Cause::Crashed, format!("the parser crashed: {said}")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pdf::tests::sample;

    fn command(script: &str) -> WorkerCommand {
        WorkerCommand { program: "/bin/sh".into(), args: vec!["-c".into(), script.into()] }
    }

    fn limits() -> Limits {
        Limits { worker_seconds: 1, worker_output_bytes: 1000, ..Limits::default() }
    }

    #[test]
    fn what_goes_wrong_has_a_cause() {
        let cases = [
            ("exec sleep 100", Cause::TimedOut),
            ("cat >/dev/null; exit 1", Cause::Crashed),
            ("exit 0", Cause::Crashed),
            ("kill -SEGV $$", Cause::Crashed),
            ("kill -XCPU $$", Cause::TimedOut),
            ("echo memory allocation of 9 bytes failed >&2; kill -ABRT $$", Cause::OutOfMemory),
            ("exec cat /dev/zero", Cause::TooLarge),
        ];
        // More than a pipe holds, so that a worker that does not read could block its parent.
        let bytes = vec![b'x'; 300_000];
        for (script, want) in cases {
            let got = run(&command(script), &limits(), Work::Pdf, &bytes).map_err(|f| f.cause);
            assert_eq!(got.err(), Some(want), "{script}");
        }
        let missing = WorkerCommand { program: "/no/such/program".into(), args: Vec::new() };
        let got = run(&missing, &limits(), Work::Pdf, b"").map_err(|f| f.cause);
        assert_eq!(got.err(), Some(Cause::Crashed));
    }

    /// The worker of the tests below: this program, with only this test.
    #[test]
    #[ignore = "is started by other tests, with a request on its standard input"]
    fn as_worker() {
        // What the test runner would print behind the answer must not be part of it.
        if worker_main(io::stdin().lock(), io::stdout().lock()).is_ok() {
            std::process::exit(0);
        }
    }

    fn real_worker() -> WorkerCommand {
        let args = ["--exact", "worker::tests::as_worker", "--ignored", "--nocapture"];
        let program = std::env::current_exe().expect("the program that runs");
        WorkerCommand { program, args: args.map(OsString::from).to_vec() }
    }

    #[test]
    fn a_password_is_needed_or_not() {
        let open = [
            &include_bytes!("../tests/data/rc4-open.pdf")[..],
            include_bytes!("../tests/data/aes256-open.pdf"),
        ];
        let locked = [
            &include_bytes!("../tests/data/rc4-locked.pdf")[..],
            include_bytes!("../tests/data/aes256-locked.pdf"),
        ];
        for bytes in open {
            let pages = run(&real_worker(), &Limits::default(), Work::Pdf, bytes)
                .expect("an empty password opens it");
            assert!(format!("{pages:?}").contains("Årsrapport for Ærø"), "{pages:?}");
        }
        for bytes in locked {
            let got = run(&real_worker(), &Limits::default(), Work::Pdf, bytes).map_err(|f| f.cause);
            assert_eq!(got.err(), Some(Cause::Encrypted));
        }
    }

    #[test]
    fn a_pdf_that_crashes_the_reader_costs_nothing_else_of_its_archive() {
        let answer =
            serde_json::to_string(&Answer::Done(Done::Draft(Box::default()))).expect("a plain struct");
        let mark = String::from_utf8_lossy(MARK);
        // A worker that dies wherever it may read PDFs.
        let script = format!(
            "head -c 400 | grep -aq '\"reads_pdf\":true' && kill -SEGV $$; cat >/dev/null; printf '%s' '{mark}{answer}'"
        );
        let bytes = vec![b'x'; 2000];
        for (format, want) in [(OfficeFormat::Zip, None), (OfficeFormat::Docx, Some(Cause::Crashed))] {
            let got = run_office(&command(&script), &Limits::default(), format, &bytes);
            match got {
                Ok(Done::Draft(draft)) => {
                    assert_eq!(want, None);
                    assert_eq!(draft.warnings.iter().map(|w| w.cause).collect::<Vec<_>>(), [Cause::Crashed]);
                }
                other => assert_eq!(other.err().map(|f| f.cause), want, "{format:?}"),
            }
        }
    }

    #[test]
    fn want_of_memory_is_told() {
        let long: Vec<String> = (0..60_000).map(|n| format!("Sætning {n} om børn på Ærø.")).collect();
        let lines: Vec<&str> = long.iter().map(String::as_str).collect();
        let bytes = sample(&[&lines]);
        for memory in [1, 32 << 20, 64 << 20, 128 << 20] {
            let limits = Limits { worker_memory_bytes: memory, ..Limits::default() };
            let got = run(&real_worker(), &limits, Work::Pdf, &bytes).map_err(|f| f.cause);
            assert_eq!(got.err(), Some(Cause::OutOfMemory), "{memory} bytes");
        }
    }

    #[test]
    fn answers_a_request() {
        let bytes = sample(&[&["Børn på Ærø"]]);
        let request = Request {
            seconds: 10,
            memory_bytes: 1 << 30,
            output_bytes: 1000,
            input_bytes: bytes.len() as u64,
            ocr: false,
            work: Work::Pdf,
        };
        let mut out = b"noise".to_vec();
        answer(&request, &mut bytes.as_slice(), &mut out).expect("memory takes all");
        let pages = conclude(&Told { out, err: Vec::new() }, None, 1).expect("a good file");
        assert!(format!("{pages:?}").contains("Børn på Ærø"));
        let json = serde_json::to_vec(&request).expect("a plain struct");
        let mut message = (json.len() as u64).to_le_bytes().to_vec();
        message.extend(json);
        assert_eq!(
            read_request(&mut message.as_slice()).expect("well formed").input_bytes,
            request.input_bytes
        );
        assert!(read_request(&mut &message[..20]).is_err());
    }
}
