//! The command line: flags and their help.

use std::path::PathBuf;

use belaeg_index::{Cursor, Interval, Sort, Tiers, Words, approx, kind, rate_range, role, unit, year_range};
use belaeg_model::{Approx, ClaimId, Kind, Place, Role, Unit, Year};
use clap::{Args as Group, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use jiff::civil::Date;

/// Search and check what Danish kommuner claim.
#[derive(Debug, Parser)]
#[command(name = "belaeg", version, about, max_term_width = 100, after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Folder with settings, corpus and index
    #[arg(long, global = true, env = "BELAEG_HOME", value_name = "DIR")]
    pub(crate) home: Option<PathBuf>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXAMPLES: &str = "\
Examples:
  belaeg demo                                            try everything on the example documents
  belaeg ingest letters/ --kind letter                   take in a folder
  belaeg search omgørelsesprocent --year 2017 --rate 20..30 --place odense
  belaeg search 'sygefravær -skole' --kind minutes --json
  belaeg show 3fa9c2e1b04d                               a document with its claims
  echo '...' | belaeg check --text -                     what a pasted sentence could be held against
  belaeg extract letter.pdf                              what belaeg reads in a file; stores nothing

Exit codes: 0 good, 1 nothing found or a check found something, 2 error (also when some documents failed).";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a folder a home: settings and the folders of corpus and index
    Init(InitArgs),
    /// Take in corpus/documents, run three searches and a check, and say what to try next
    Demo,
    /// Take in documents from files, folders or standard input
    Ingest(IngestArgs),
    /// Ask the sources of corpus/sources.toml for what is new, and take it in
    Fetch(FetchArgs),
    /// Build a new index from the archive and swap it in
    Reindex(ReindexArgs),
    /// Find statements by words, place, year, value, unit and measure
    Search(SearchArgs),
    /// Hold rates of a text or of the index against official figures, their own arithmetic and each other
    Check(CheckArgs),
    /// Everything that backs a claim up, in a zip that can be verified
    Evidence(EvidenceArgs),
    /// A page with what is claimed of a measure at a place against the official figures, by year
    Report(ReportArgs),
    /// Show a document: its versions, statements and claims
    Show(ShowArgs),
    /// Read files and print what is in them; stores nothing
    Extract(ExtractArgs),
    /// Find rates, counts and years in statements (NDJSON in, NDJSON out)
    Claims(ClaimsArgs),
    /// Score the finding of claims, or the splitting of compounds, against labelled data
    Eval(EvalArgs),
    /// Official figures: take them in, and show which there are
    Official(OfficialArgs),
    /// What is stored, what is still to be read, what failed and why
    Status(StatusArgs),
    /// Remove a document from archive, catalog and index
    Takedown(TakedownArgs),
    /// Write everything that is stored as tables, for other tools
    Export(ExportArgs),
    /// Every stage's output for one document; stores nothing
    Trace(TraceArgs),
    /// Print a completion script for a shell
    Completions(CompletionsArgs),
}

impl Command {
    /// Whether something is left undone when its output can be written no further.
    pub(crate) fn stores_while_it_prints(&self) -> bool {
        let import = |official: &OfficialArgs| matches!(official.command, OfficialCommand::Import(_));
        matches!(self, Self::Ingest(_) | Self::Fetch(_)) || matches!(self, Self::Official(o) if import(o))
    }
}

#[derive(Debug, Group)]
pub(crate) struct InitArgs {
    /// The folder; made if it is absent [default: the home, or the current folder]
    pub(crate) dir: Option<PathBuf>,
}

#[derive(Debug, Group)]
#[command(after_help = "\
Examples:
  belaeg ingest corpus/documents
  belaeg ingest minutes.pdf --kind minutes --place odense --published 2022-04-07
  curl -s https://example.org/nyhed | belaeg ingest - --url https://example.org/nyhed

A file NAME.EXT may have a sidecar NAME.EXT.toml with url, title, kind, place, published, note, sources.
The same bytes again change nothing; changed bytes make a new version.")]
pub(crate) struct IngestArgs {
    /// Files, folders, or `-` for standard input
    #[arg(required = true)]
    pub(crate) paths: Vec<PathBuf>,
    /// Kind of all of them [news, minutes, letter, report]
    #[arg(long, value_parser = kind)]
    pub(crate) kind: Option<Kind>,
    /// Place that published them: a code or name
    #[arg(long, value_name = "PLACE")]
    pub(crate) place: Option<Place>,
    /// Date of publication, as 2022-04-07
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) published: Option<Date>,
    /// Canonical address, for a single document
    #[arg(long)]
    pub(crate) url: Option<String>,
    /// Print one JSON object a document
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Group)]
#[command(after_help = "\
Examples:
  belaeg fetch --dry-run                      what would be asked, without asking
  belaeg fetch odense-minutes --since 2026-01-01
  belaeg fetch odense                         every source of a place")]
pub(crate) struct FetchArgs {
    /// Ids of sources, or places [default: every source]
    #[arg(value_name = "SOURCE")]
    pub(crate) sources: Vec<String>,
    /// Only documents from this day on, as 2026-01-31
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) since: Option<Date>,
    /// The most documents of a source
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<usize>,
    /// Print what would be asked first, and ask nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Print one JSON object a source
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Group)]
#[command(after_help = "\
The document's records in the archive are overwritten, its versions, statements and claims deleted, and it is not
taken in again. What else may hold its words is told, and stays unless a flag says otherwise:
  copies           the same bytes under other addresses are documents of their own; --copies takes them down too
  near-duplicates  documents with nearly the same text; look at each, and take down those that must go
  lists            archived lists and feeds that have its address, its title or a sentence of it; --lists overwrites
                   them as a whole, which costs no other document: those have records of their own
--dry-run tells all of that first. Run `belaeg reindex` afterwards to clear it from the files of the index; earlier exports are yours to delete.

Prints one JSON object for each document.")]
pub(crate) struct TakedownArgs {
    /// The document's id or address
    pub(crate) id: String,
    /// Why, for the log; name nobody here
    #[arg(long)]
    pub(crate) reason: String,
    /// Tell what would go and what would stay, and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Take down documents that held the same bytes too
    #[arg(long)]
    pub(crate) copies: bool,
    /// Overwrite archived lists and feeds that name it too
    #[arg(long)]
    pub(crate) lists: bool,
}

#[derive(Debug, Group)]
pub(crate) struct ReindexArgs {
    /// Read again only what an older extractor read; the rest is indexed as it is stored
    #[arg(long)]
    pub(crate) stale: bool,
    /// Make the index before the last reindex live again
    #[arg(long, conflicts_with = "stale")]
    pub(crate) rollback: bool,
}

#[derive(Debug, Group)]
#[command(after_help = "\
Examples:
  belaeg search '*' --measure sygefravaer --year 2020.. --sort rate
  belaeg search '\"hjemvist til fornyet behandling\"' --kind minutes
  belaeg search omgørelsesprocent --rate 20..40 --unit percent --csv > claims.csv

Words are all required; \"a phrase\" stands as it is; -word must not occur; a OR b is either;
parentheses group; begin* is any longer word, wrod~ any word spelt nearly so; * alone is every
statement. AND, OR, NOT may be OG, ELLER, IKKE.

Fields filter inside the query as the flags do:
  kommune:odense år:2016..2020 sats:>40 enhed:percent type:minutes mål:sygefravær
  rolle:target præcision:about kilde:odense.dk før:2021-06 efter:2019
or, in English, place: year: rate: unit: kind: measure: role: approx: source: before: after:.
A kilde: is a site (odense.dk) or the id of a source in corpus/sources.toml.
Year, place, value, unit, measure, role and approximation match only where one claim has them all.")]
pub(crate) struct SearchArgs {
    /// What to search for; `*` for every statement
    #[arg(allow_hyphen_values = true)]
    pub(crate) query: String,
    #[command(flatten)]
    pub(crate) filters: Filters,
    /// How words may be found [default: exact,stem,synonym,compound,fuzzy]
    #[arg(long, value_name = "LIST")]
    pub(crate) tiers: Option<Tiers>,
    /// How many of the words a statement must have [default: most; all with --json and --csv]
    #[arg(long, value_enum)]
    pub(crate) words: Option<Required>,
    /// Order of the results
    #[arg(long, value_enum, default_value = "relevance")]
    pub(crate) sort: SortBy,
    /// The most results [default: 20; all with --json and --csv]
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<usize>,
    /// Results to leave out before the first
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub(crate) offset: usize,
    /// Begin after the page that ended with this cursor; all other flags as they were for it
    #[arg(long, value_name = "CURSOR")]
    pub(crate) after: Option<Cursor>,
    /// With the statements before and after, and links into the archive and the live page
    #[arg(long, conflicts_with = "csv")]
    pub(crate) context: bool,
    /// Count the results by kommune, region, kind, year, measure, unit and source; with --json in one more line
    #[arg(long, conflicts_with = "csv")]
    pub(crate) facets: bool,
    /// Of statements with the same words print one, and how many others there are [default for text]
    #[arg(long, conflicts_with = "no_fold")]
    pub(crate) fold: bool,
    /// Print all statements with the same words [default for --json and --csv]
    #[arg(long)]
    pub(crate) no_fold: bool,
    /// Print one JSON object a result
    #[arg(long, conflicts_with = "csv")]
    pub(crate) json: bool,
    /// Print a table with a row for each claim, or for each statement without one
    #[arg(long)]
    pub(crate) csv: bool,
}

/// How many words are required, on the command line.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Required {
    /// All; small ones such as i, og, hvor do not count
    All,
    /// All; where fewer than ten statements have all, half of them
    Most,
}

impl From<Required> for Words {
    fn from(required: Required) -> Self {
        match required {
            Required::All => Self::All,
            Required::Most => Self::Most,
        }
    }
}

/// What narrows a search, and a check of what a search finds.
#[derive(Debug, Group)]
pub(crate) struct Filters {
    /// Kommune, region or group, by code or name; a region or group with its kommuner
    #[arg(long, value_name = "PLACE")]
    pub(crate) place: Option<Place>,
    /// A year or a range: 2017, 2016..2020, 2016.., ..2020, >2016
    #[arg(long, value_name = "RANGE", value_parser = year_range)]
    pub(crate) year: Option<Interval<Year>>,
    /// A value or a range: 28,9 or 20..40 or 20.. or ..40 or >40
    #[arg(long, value_name = "RANGE", value_parser = rate_range, allow_hyphen_values = true)]
    pub(crate) rate: Option<Interval<f64>>,
    /// Unit of the value [percent, percentage_point, permille, per_n, count]
    #[arg(long, value_parser = unit)]
    pub(crate) unit: Option<Unit>,
    /// Kind of document [news, minutes, letter, report]
    #[arg(long, value_parser = kind)]
    pub(crate) kind: Option<Kind>,
    /// What is measured: a key or name such as omgørelsesprocent
    #[arg(long, value_parser = measure)]
    pub(crate) measure: Option<String>,
    /// Role of the value [level, change, target, forecast]
    #[arg(long, value_parser = role)]
    pub(crate) role: Option<Role>,
    /// How exactly the value is given [exact, about, just_under, just_over, over, under, at_least, at_most]
    #[arg(long, value_parser = approx)]
    pub(crate) approx: Option<Approx>,
}

impl Filters {
    /// As the index takes them.
    pub(crate) fn of_index(&self) -> belaeg_index::Filters {
        belaeg_index::Filters {
            places: self.place.map(|place| vec![place]).into_iter().collect(),
            years: self.year.map(|years| vec![years]),
            rates: self.rate.map(|rates| vec![rates]),
            units: self.unit.map(|unit| vec![unit]),
            kinds: self.kind.map(|kind| vec![kind]),
            measures: self.measure.clone().map(|key| vec![key]),
            roles: self.role.map(|role| vec![role]),
            approx: self.approx.map(|approx| vec![approx]),
            ..belaeg_index::Filters::default()
        }
    }
}

#[derive(Debug, Group)]
#[command(after_help = "\
Examples:
  echo 'I 2020 var omgørelsesprocenten på børnehandicapområdet 52 procent på landsplan.' | belaeg check --text -
  belaeg check --text letter.pdf --place odense --published 2019-05-02
  belaeg check --statements statements.jsonl --json
  belaeg check omgørelsesprocent --place odense          what the index has, with verdicts
  belaeg check 3fa9c2e1b04d.1.9.2                        the check card of one claim
  belaeg check '*' --measure sygefravaer --cards
  belaeg check --contradictions --measure omgoerelsesprocent

A line in:  {\"id\": \"1\", \"text\": \"...\", \"doc\": {\"place\": \"461\", \"published\": \"2021-03-01\"}}, as for `belaeg claims`.
A line out: {\"id\": \"1\", \"checks\": [{value, unit, verdict, because, candidates, warnings, ...}], \"arithmetic\": [{verdict, because, ...}],
            \"comparisons\": [{verdict, because, ...}]}.
Verdicts: matches, deviates, undecidable, no_figure; never true or false. Nothing is stored.

Exit codes: 0 nothing deviates, 1 something deviates, does not add up or is contradicted, or nothing was found, 2 error.")]
#[group(multiple = false, args = ["query", "text", "statements"])]
pub(crate) struct CheckArgs {
    /// What to search for in the index, as in a search, or the id of a claim [default: every statement]
    #[arg(allow_hyphen_values = true)]
    pub(crate) query: Option<String>,
    /// A file with text of any kind that `extract` reads, or `-` for standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = INDEX_ONLY)]
    pub(crate) text: Option<PathBuf>,
    /// Statements, one JSON object a line, or `-` for standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = INDEX_ONLY)]
    pub(crate) statements: Option<PathBuf>,
    /// With --text: date on which it was published, as 2022-04-07; --place is then the place that published it
    #[arg(long, value_name = "DATE", value_parser = date, requires = "text")]
    pub(crate) published: Option<Date>,
    #[command(flatten)]
    pub(crate) filters: Filters,
    /// The most statements [default: all]
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<usize>,
    /// Print a card for each claim: quote, document, archive, figures, definition, who told it first
    #[arg(long)]
    pub(crate) cards: bool,
    /// Different numbers for the same measure, area, place, period and denominator, and who told each first
    #[arg(long, conflicts_with = "cards")]
    pub(crate) contradictions: bool,
    /// Figures as they were known on this day
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) as_of: Option<Date>,
    /// Print one JSON object a statement (with --cards a claim, with --contradictions a contradiction)
    #[arg(long)]
    pub(crate) json: bool,
}

/// What narrows a check of the index and means nothing for a text.
const INDEX_ONLY: [&str; 10] =
    ["year", "rate", "unit", "kind", "measure", "role", "approx", "limit", "cards", "contradictions"];

#[derive(Debug, Group)]
#[command(after_help = "\
Examples:
  belaeg evidence 3fa9c2e1b04d.1.9.2 --out odense.zip
  belaeg evidence --verify odense.zip

Exit code 2: the evidence is not what it says it is.")]
pub(crate) struct EvidenceArgs {
    /// The claim's id, as `belaeg check` prints it
    #[arg(value_parser = crate::commands::evidence::claim_id, required_unless_present = "verify", requires = "out")]
    pub(crate) claim: Option<ClaimId>,
    /// The zip to write
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Who answers for the review; adds a ClaimReview (schema.org) under this name
    #[arg(long, value_name = "NAME")]
    pub(crate) reviewer: Option<String>,
    /// Figures as they were known on this day
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) as_of: Option<Date>,
    /// Check a zip: digests, record, text, quote
    #[arg(long, value_name = "FILE", conflicts_with_all = ["claim", "out", "reviewer", "as_of"])]
    pub(crate) verify: Option<PathBuf>,
    /// With --verify: print one JSON object
    #[arg(long, requires = "verify")]
    pub(crate) json: bool,
}

#[derive(Debug, Group)]
#[command(after_help = "\
Example:
  belaeg report --place odense --measure omgørelsesprocent --out odense

Writes index.html (with a chart, fit to be printed), claims.csv, figures.csv, chart.svg and the archived text of each document.")]
pub(crate) struct ReportArgs {
    /// Kommune, region or group, by code or name
    #[arg(long, value_name = "PLACE")]
    pub(crate) place: Place,
    /// What is measured: a key or name such as omgørelsesprocent
    #[arg(long, value_parser = measure)]
    pub(crate) measure: String,
    /// The folder to write; made if it is absent
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Figures as they were known on this day
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) as_of: Option<Date>,
    /// Write over a report that is there
    #[arg(long)]
    pub(crate) overwrite: bool,
}

/// The order of results on the command line.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum SortBy {
    /// Best match first
    Relevance,
    /// Newest document first
    #[value(alias = "date")]
    Published,
    /// Highest value first
    #[value(alias = "value")]
    Rate,
}

impl From<SortBy> for Sort {
    fn from(by: SortBy) -> Self {
        match by {
            SortBy::Relevance => Self::Relevance,
            SortBy::Published => Self::Published,
            SortBy::Rate => Self::Rate,
        }
    }
}

#[derive(Debug, Group)]
pub(crate) struct ShowArgs {
    /// A document's or a statement's id, or a document's address
    pub(crate) id: String,
    /// The version [default: the current one]
    #[arg(long, value_name = "N")]
    pub(crate) version: Option<u32>,
    /// What changed from version A to version B, in words and in claims
    #[arg(long, num_args = 2, value_names = ["A", "B"], conflicts_with = "version")]
    pub(crate) diff: Option<Vec<u32>>,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Group)]
pub(crate) struct ExtractArgs {
    /// Text, HTML or PDF files
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Print one JSON object a document
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Group)]
#[command(after_help = "\
A line in:  {\"id\": \"1\", \"text\": \"Andelen var 12 % i 2020.\", \"doc\": {\"place\": \"461\", \"published\": \"2021-03-01\"}}
A line out: {\"id\": \"1\", \"rates\": [...], \"counts\": [...], \"years\": [2020]}, as in corpus/gold/SCHEMA.md.")]
pub(crate) struct ClaimsArgs {
    /// The statements, one JSON object a line [default: standard input]
    pub(crate) file: Option<PathBuf>,
    /// Accepted for symmetry: the output is always NDJSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Group)]
pub(crate) struct EvalArgs {
    /// Labelled statements (NDJSON, corpus/gold/SCHEMA.md)
    #[arg(required_unless_present_any = ["compounds", "queries"])]
    pub(crate) gold: Vec<PathBuf>,
    /// Score the splitting of compounds (lines of half, word, parts joined by +; corpus/gold/compounds.tsv)
    #[arg(long, value_name = "FILE", conflicts_with_all = ["gold", "predicted"])]
    pub(crate) compounds: Option<PathBuf>,
    /// Score the ranking of searches in the home's index (judged queries, NDJSON; corpus/gold/queries.jsonl)
    #[arg(long, value_name = "FILE", conflicts_with_all = ["gold", "predicted"])]
    pub(crate) queries: Option<PathBuf>,
    /// Score these findings (NDJSON as `belaeg claims` prints) in place of our own
    #[arg(long, value_name = "FILE")]
    pub(crate) predicted: Option<PathBuf>,
    /// Print what is wrong too, one JSON object a statement
    #[arg(long)]
    pub(crate) errors: bool,
    /// Print one JSON object a file
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Group)]
pub(crate) struct OfficialArgs {
    #[command(subcommand)]
    pub(crate) command: OfficialCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum OfficialCommand {
    /// Take in figures from files, addresses or tables of the StatBank
    Import(OfficialImportArgs),
    /// Print the figures that there are: those of corpus/official, and those that were imported
    List(OfficialListArgs),
    /// Print every import: when, from where, and what came of it
    Imports(OfficialImportsArgs),
}

#[derive(Debug, Group)]
#[command(after_help = "\
Examples:
  belaeg official import 'statbank:PSKAT?OMRÅDE=*&SKATPCT=KOM&Tid=*'
  belaeg official import statbank-pskat.json                        a saved answer: JSON-stat, CSV or BULK
  belaeg official import data.csv                                   Ankestyrelsen's Talportal, CSV or Excel
  belaeg official import fravaer.xlsx --mapping fravaer.toml        any other table

Of a table of the StatBank name every variable; without Tid it gives the newest period alone. format=BULK is for large ones.

A mapping file says what the columns mean:
  decimal = \"comma\"          # or \"point\"; also: encoding, delimiter, skip_rows, sheet
  [columns]                    # also: measure, area, unit, standing, source, url, note
  place = \"Kommune\"
  period = \"År\"
  value = \"Fravær pr. ansat\"
  cases = \"Ansatte\"
  [constant]                   # what is the same for all rows; also: place, period, standing, url
  measure = \"sygefravaer_dagsvaerk\"
  area = \"kommunalt_ansatte\"
  unit = \"dagsvaerk\"          # pct, pct-point, promille, antal, karakter, dagsvaerk, kr, km2
  source = \"KRL\"
  [only]                       # other rows are passed over
  \"Køn\" = \"I alt\"

Good rows are kept and bad ones named; a later import adds and overwrites nothing; the same bytes again change nothing.")]
pub(crate) struct OfficialImportArgs {
    /// Files, addresses, or `statbank:TABLE?VARIABLE=VALUES&...`
    #[arg(required = true, value_name = "FILE|TABLE")]
    pub(crate) inputs: Vec<String>,
    /// What the columns mean
    #[arg(long, value_name = "FILE")]
    pub(crate) mapping: Option<PathBuf>,
    /// What is measured, where the file does not say it
    #[arg(long)]
    pub(crate) measure: Option<String>,
    /// What it is narrowed to, where the file does not say it
    #[arg(long)]
    pub(crate) area: Option<String>,
    /// The unit, where the file does not say it [pct, pct-point, promille, antal, karakter, dagsvaerk, kr, km2]
    #[arg(long)]
    pub(crate) unit: Option<String>,
    /// Print one JSON object an input, with every refused row
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Group)]
#[command(after_help = "\
Examples:
  belaeg official list --measure omgørelsesprocent --place odense
  belaeg official list --as-of 2026-01-31 --json                    as it was known that day")]
pub(crate) struct OfficialListArgs {
    /// What is measured: a key such as hjemvist_andel, or a name; its definition is printed above
    #[arg(long)]
    pub(crate) measure: Option<String>,
    /// Kommune, region or country, by code or name
    #[arg(long, value_name = "PLACE")]
    pub(crate) place: Option<Place>,
    /// Imported figures as they were known at the end of this day; tables of corpus/official have no day
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(crate) as_of: Option<Date>,
    /// Print one JSON object a figure
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Group)]
pub(crate) struct OfficialImportsArgs {
    /// Print one JSON object an import
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Group)]
pub(crate) struct StatusArgs {
    /// Read the whole archive and say what is damaged
    #[arg(long)]
    pub(crate) verify: bool,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Group)]
#[command(after_help = "\
Examples:
  belaeg export --format parquet --out belaeg-2026
  duckdb -c \"SELECT measure, count(*) FROM 'belaeg-2026/claims.parquet' GROUP BY 1 ORDER BY 2 DESC\"

datapackage.json, beside the tables, says what each column means. In CSV, text that a spreadsheet would take for a
formula has an apostrophe before it; NDJSON and Parquet have it as it is.")]
pub(crate) struct ExportArgs {
    /// Format of the tables
    #[arg(long, value_enum)]
    pub(crate) format: ExportFormat,
    /// The folder; made if it is absent [default: export]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}

/// The formats of an export.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ExportFormat {
    Csv,
    Ndjson,
    Parquet,
}

impl ExportFormat {
    /// The ending of its files.
    pub(crate) fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Ndjson => "ndjson",
            Self::Parquet => "parquet",
        }
    }
}

#[derive(Debug, Group)]
pub(crate) struct TraceArgs {
    /// The document
    pub(crate) file: PathBuf,
    /// Print one JSON object a stage
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Group)]
pub(crate) struct CompletionsArgs {
    /// The shell
    pub(crate) shell: Shell,
}

fn date(s: &str) -> Result<Date, String> {
    s.parse().map_err(|_| format!("{s:?} is no date; write it as 2022-04-07"))
}

/// The key of a measure by its key or name.
pub(crate) fn measure(s: &str) -> Result<String, String> {
    belaeg_claims::measure_key(s).map(str::to_owned).ok_or_else(|| {
        let keys: Vec<&str> = belaeg_claims::measures().iter().map(|m| m.id.as_str()).collect();
        format!("{s:?} is no measure; write one of {}", keys.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        use clap::CommandFactory;
        Args::command().debug_assert();
    }
}
