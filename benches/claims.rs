//! Speed and memory of segmentation and claims on one core, beside one plain pass of the regex crate over the same
//! text in the same run.
//!
//! The texts: the example documents as they are (number-dense), and the same statements with those that report nothing
//! repeated until numbers are as rare as in municipal documents at large. `cargo bench --bench claims`.

#![expect(clippy::print_stdout, clippy::cast_precision_loss, reason = "a benchmark prints")]

mod support;

use std::time::{Duration, Instant};

use belaeg_model::{Block, BlockKind, ByteSpan, Extracted};
use peak_alloc::PeakAlloc;
use support::{Result, example_documents};

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

const ROUNDS: usize = 9;

/// Numbers in digits in 1,000 bytes of text: counted in five documents of kommuner and Ankestyrelsen (letters, news,
/// an agenda), 22,000 bytes in all.
const NUMBERS_PER_1000_BYTES: f64 = 4.5;

/// Percent signs and words in 1,000 bytes of the same documents.
const PERCENTS_PER_1000_BYTES: f64 = 1.0;

/// The length of one document, in bytes: a long agenda item.
const DOCUMENT: usize = 20_000;

fn main() -> Result<()> {
    let examples: Vec<Extracted> = example_documents()?.into_iter().map(|(_, d)| d).collect();
    let sparse = realistic(&examples, 100)?;
    beside_regex("realistic density", &sparse)?;
    beside_regex("examples (dense)", &examples)?;
    twice_the_text(&examples)
}

/// What a statement adds to the density.
#[derive(Clone, Copy, Default)]
struct Amount {
    bytes: f64,
    numbers: f64,
    percents: f64,
}

/// Documents of paragraphs made from the statements of `examples`: with percentages, with other numbers and with none, each
/// as often as the densities ask for.
fn realistic(examples: &[Extracted], documents: usize) -> Result<Vec<Extracted>> {
    let (number, percent) = (regex::Regex::new(r"[0-9][0-9.,]*")?, regex::Regex::new("%|procent|pct")?);
    let amount = |s: &str| Amount {
        bytes: s.len() as f64 + 1.0,
        numbers: number.find_iter(s).count() as f64,
        percents: percent.find_iter(s).count() as f64,
    };
    let statements: Vec<(&str, Amount)> = examples
        .iter()
        .flat_map(|d| belaeg_claims::segment(&d.text, &d.blocks).map(|(span, _)| span.of(&d.text)))
        .filter(|s| !s.contains('\t'))
        .map(|s| (s, amount(s)))
        .collect();
    let some = |with: fn(&Amount) -> bool| statements.iter().filter(move |(_, a)| with(a)).cycle();
    let mut percents = some(|a| a.percents > 0.0);
    let mut numbers = some(|a| a.percents == 0.0 && a.numbers > 0.0);
    let mut silent = some(|a| a.percents == 0.0 && a.numbers == 0.0);
    let mut sum = Amount::default();
    let mut all = Vec::new();
    for _ in 0..documents {
        let mut document = Extracted::default();
        while document.text.len() < DOCUMENT {
            let start = document.text.len();
            for _ in 0..5 {
                let next = if sum.percents < PERCENTS_PER_1000_BYTES * sum.bytes / 1000.0 {
                    percents.next()
                } else if sum.numbers < NUMBERS_PER_1000_BYTES * sum.bytes / 1000.0 {
                    numbers.next()
                } else {
                    silent.next()
                };
                let (text, add) = next.ok_or("no examples")?;
                document.text.push_str(text);
                document.text.push(' ');
                sum.bytes += add.bytes;
                sum.numbers += add.numbers;
                sum.percents += add.percents;
            }
            let span = ByteSpan::new(start, document.text.len() - 1);
            document.blocks.push(Block { kind: BlockKind::Paragraph, span, page: None });
            document.text.push('\n');
        }
        all.push(document);
    }
    let per_1000 = 1000.0 / sum.bytes;
    let density = (sum.numbers * per_1000, sum.percents * per_1000);
    println!("realistic density: {:.2} numbers and {:.2} percents in 1,000 bytes", density.0, density.1);
    Ok(all)
}

fn mb_per_second(bytes: usize, time: Duration) -> f64 {
    bytes as f64 / 1e6 / time.as_secs_f64()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let done = work();
    (done, start.elapsed())
}

/// Every statement of the documents, one after the other: how many there are and how many claims they report.
fn read(documents: &[Extracted]) -> (usize, usize) {
    documents
        .iter()
        .flat_map(belaeg_claims::statements)
        .fold((0, 0), |(statements, claims), s| (statements + 1, claims + s.claims.len()))
}

fn beside_regex(name: &str, documents: &[Extracted]) -> Result<()> {
    let digits = regex::Regex::new(r"\d")?;
    let bytes: usize = documents.iter().map(|d| d.text.len()).sum();
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let (mut found, mut counted) = ((0, 0), 0);
    for _ in 0..ROUNDS {
        let (result, time) = timed(|| read(documents));
        ours.push(time);
        found = result;
        let (result, time) =
            timed(|| documents.iter().map(|d| digits.find_iter(&d.text).count()).sum::<usize>());
        theirs.push(time);
        counted = result;
    }
    let (ours, theirs) = (mb_per_second(bytes, median(ours)), mb_per_second(bytes, median(theirs)));
    println!(
        "{name}: {ours:.1} MB/s ({bytes} bytes, {} statements, {} claims); regex \\d {theirs:.1} MB/s ({counted} digits); \
         ratio {:.3}",
        found.0,
        found.1,
        ours / theirs
    );
    Ok(())
}

/// One document of n, 2n and 4n bytes: time, and the most memory taken beside the text.
fn twice_the_text(examples: &[Extracted]) -> Result<()> {
    for documents in [100, 200, 400] {
        let parts = realistic(examples, documents)?;
        let mut whole = Extracted::default();
        for part in parts {
            let start = whole.text.len();
            whole.text.push_str(&part.text);
            whole.blocks.extend(part.blocks.into_iter().map(|b| Block { span: b.span.shifted(start), ..b }));
        }
        let whole = [whole];
        let mut times = Vec::new();
        let before = ALLOCATOR.current_usage();
        ALLOCATOR.reset_peak_usage();
        for _ in 0..ROUNDS {
            times.push(timed(|| read(&whole)).1);
        }
        let beside = ALLOCATOR.peak_usage().saturating_sub(before);
        println!(
            "one document of {} bytes: {:.1} ms, at most {beside} bytes beside it",
            whole[0].text.len(),
            median(times).as_secs_f64() * 1e3
        );
    }
    Ok(())
}
