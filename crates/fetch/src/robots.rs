//! `robots.txt`: what a host asks of crawlers.

use std::time::Duration;

use texting_robots::Robot;

/// More of the file than this says nothing (RFC 9309 asks for 500 KiB).
const READ: usize = 500 * 1024;

/// A delay above this is taken as this one.
const LONGEST_DELAY: Duration = Duration::from_secs(600);

/// What a host asks of us.
#[derive(Debug)]
pub(crate) enum Rules {
    /// It has no such file, or one that cannot be read.
    None,
    /// It has these.
    Some(Box<Robot>),
}

impl Rules {
    /// The rules for `user_agent` in a file.
    pub(crate) fn parse(user_agent: &str, file: &[u8]) -> Self {
        let product = user_agent.split(['/', ' ']).next().unwrap_or_default();
        let file = &file[..file.len().min(READ)];
        Robot::new(product, file).map_or(Self::None, |robot| Self::Some(Box::new(robot)))
    }

    /// Whether an address may be asked for.
    pub(crate) fn allow(&self, url: &str) -> bool {
        match self {
            Self::None => true,
            Self::Some(robot) => robot.allowed(url),
        }
    }

    /// The time that should lie between requests.
    pub(crate) fn delay(&self) -> Option<Duration> {
        let Self::Some(robot) = self else { return None };
        let seconds = robot.delay.filter(|s| *s > 0.0)?;
        Some(Duration::try_from_secs_f32(seconds).unwrap_or(LONGEST_DELAY).min(LONGEST_DELAY))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_and_delays() {
        let file = "User-agent: *\nDisallow: /nyheder/intern/\nCrawl-delay: 10\n\nUser-agent: GPTBot\nDisallow: /\n\n\
                    User-agent: belaeg\nDisallow: /privat/\n";
        let ours = Rules::parse("belaeg/0.1 (+https://eksempel.dk)", file.as_bytes());
        assert!(ours.allow("https://a.dk/nyheder/intern/x"));
        assert!(!ours.allow("https://a.dk/privat/x"));
        let others = Rules::parse("andre/1", file.as_bytes());
        assert!(!others.allow("https://a.dk/nyheder/intern/x"));
        assert_eq!(others.delay(), Some(Duration::from_secs(10)));
        assert!(Rules::parse("gptbot", b"\xff\xfe<html>").allow("https://a.dk/"));
        assert_eq!(Rules::parse("a", b"User-agent: *\nCrawl-delay: 1e30\n").delay(), Some(LONGEST_DELAY));
    }

    proptest::proptest! {
        #[test]
        fn any_file_can_be_read(file: Vec<u8>) {
            let _ = Rules::parse("belaeg", &file).allow("https://a.dk/%C3%B8");
        }
    }
}
