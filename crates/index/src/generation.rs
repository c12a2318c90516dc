//! Generations on disk: which one is live, how a new one is swapped in, and the lock of the one writer.

use std::fmt;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process;

use fs_err as fs;
use fs_err::{File, OpenOptions};
use serde::{Deserialize, Serialize};

use crate::{Error, SCHEMA_VERSION};

/// The file that names the live generation.
const CURRENT: &str = "CURRENT";
/// The file inside a generation that says which schema it has.
const MARKER: &str = "generation.json";
/// The file that the writer holds locked.
const LOCK: &str = ".lock";
/// `CURRENT`, the marker and the lock are a line each; more bytes than this are not read.
const MAX_LINE: u64 = 1024;

/// The number of a generation; its folder is `generation-` and at least six digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Generation(u64);

impl fmt::Display for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "generation-{:06}", self.0)
    }
}

impl Generation {
    fn parse(name: &str) -> Option<Self> {
        let number = name.strip_prefix("generation-")?.parse().ok().map(Self)?;
        // Only the one spelling: "+1" and "1" are numbers too.
        (number.to_string() == name).then_some(number)
    }
}

/// The folder `index/` of a home.
///
/// ```text
/// index/
///   CURRENT               "generation-000002", and a line break: the live generation
///   .lock                 held by the one writer; its process number
///   generation-000001/    the one before, for readers that are still in it
///   generation-000002/    the live one
///     generation.json     {"schema_version":1}
///     meta.json ...       tantivy's files
///   generation-000003/    being built; where the job is killed, the next `reindex` goes on with it
///     generation.json     {"schema_version":1,"building":{"what":"...","since":17}}
/// ```
///
/// A new generation becomes live when `CURRENT` is replaced by a rename, after everything in it is on disk.
/// A reader therefore finds the old generation or the new one, whole.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    dir: PathBuf,
}

#[derive(Serialize, Deserialize)]
struct Marker {
    schema_version: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    building: Option<Building>,
}

/// The job that builds a generation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Building {
    /// What it does. A job goes on only with what the same job began.
    pub(crate) what: String,
    /// The catalog's batch when it began.
    pub(crate) since: u64,
}

impl Layout {
    pub(crate) fn new(dir: &Path) -> Self {
        Self { dir: dir.to_owned() }
    }

    /// The folder of `generation`.
    pub(crate) fn path(&self, generation: Generation) -> PathBuf {
        self.dir.join(generation.to_string())
    }

    /// The generation that `CURRENT` names and that is there; `None` where nothing is live yet.
    pub(crate) fn live(&self) -> Result<Option<Generation>, Error> {
        let named = self.named()?;
        if let Some(generation) = named {
            self.check_present(generation)?;
        }
        Ok(named)
    }

    /// Makes the generation before the live one live again, and removes the one that was.
    pub(crate) fn roll_back(&self) -> Result<(), Error> {
        let live = self.named()?.ok_or_else(|| Error::Absent { dir: self.dir.clone() })?;
        let before = self.before(live)?.ok_or_else(|| Error::NoEarlier { dir: self.dir.clone() })?;
        self.check_schema(before)?;
        self.swap_in(before)?;
        self.clear_half_built(Some(before), None)
    }

    /// The generation that `CURRENT` names, be it there or not.
    pub(crate) fn named(&self) -> Result<Option<Generation>, Error> {
        let path = self.dir.join(CURRENT);
        let Some(text) = read_line(&path)? else { return Ok(None) };
        match Generation::parse(&text) {
            Some(generation) => Ok(Some(generation)),
            None if text.is_empty() => {
                Err(Error::damaged(&path, "it is empty and should name the live generation"))
            }
            None => {
                Err(Error::damaged(&path, format!("it should name the live generation and says {text:?}")))
            }
        }
    }

    /// Whether the folder of `generation`, which `CURRENT` names, is there.
    pub(crate) fn check_present(&self, generation: Generation) -> Result<(), Error> {
        if self.path(generation).is_dir() {
            return Ok(());
        }
        Err(Error::damaged(&self.dir.join(CURRENT), format!("it names {generation}, which is missing")))
    }

    /// The engine's record of the last commit to `generation`, to see whether there was another.
    pub(crate) fn last_commit(&self, generation: Generation) -> Option<Vec<u8>> {
        fs::read(self.path(generation).join("meta.json")).ok()
    }

    /// Whether `generation` was made by this schema version.
    pub(crate) fn check_schema(&self, generation: Generation) -> Result<(), Error> {
        let found = self.marker(generation)?.schema_version;
        if found == SCHEMA_VERSION {
            Ok(())
        } else {
            Err(Error::OtherSchema { path: self.path(generation), found, expected: SCHEMA_VERSION })
        }
    }

    fn marker(&self, generation: Generation) -> Result<Marker, Error> {
        let marker = self.path(generation).join(MARKER);
        let text = read_line(&marker)?.ok_or_else(|| Error::damaged(&marker, "it is missing"))?;
        serde_json::from_str(&text)
            .map_err(|e| Error::damaged(&marker, format!("it should state the schema version: {e}")))
    }

    /// The newest generation after `live`, if the job `what` began it with this schema; and the batch at which it did.
    pub(crate) fn half_built(
        &self,
        live: Option<Generation>,
        what: &str,
    ) -> Result<Option<(Generation, u64)>, Error> {
        let newest = self.all()?.last().copied().filter(|g| live.is_none_or(|live| *g > live));
        let marker = newest.and_then(|g| Some((g, self.marker(g).ok()?)));
        Ok(marker.filter(|(_, m)| m.schema_version == SCHEMA_VERSION).and_then(|(g, m)| {
            let building = m.building.filter(|b| b.what == what)?;
            Some((g, building.since))
        }))
    }

    /// Makes the folder of the next generation, after every one that is there, whole or not.
    pub(crate) fn create_next(&self, building: Option<Building>) -> Result<Generation, Error> {
        let next = Generation(self.all()?.last().map_or(1, |g| g.0.saturating_add(1)));
        let path = self.path(next);
        let make = || -> io::Result<()> {
            fs::create_dir(&path)?;
            let marker = serde_json::to_string(&Marker { schema_version: SCHEMA_VERSION, building })?;
            write_durably(&path.join(MARKER), &marker)
        };
        make().map_err(|e| Error::writing(&path, &e))?;
        Ok(next)
    }

    /// Makes `generation` the live one, in one step that either happens or does not.
    pub(crate) fn swap_in(&self, generation: Generation) -> Result<(), Error> {
        let swap = || -> io::Result<()> {
            let new = self.dir.join("CURRENT.tmp");
            sync_dir(&self.path(generation))?;
            write_durably(&new, &generation.to_string())?;
            fs::rename(&new, self.dir.join(CURRENT))?;
            sync_dir(&self.dir)
        };
        swap().map_err(|e| Error::writing(&self.dir, &e))
    }

    /// Removes what killed jobs left, generations newer than the live one, except `kept`.
    pub(crate) fn clear_half_built(
        &self,
        live: Option<Generation>,
        kept: Option<Generation>,
    ) -> Result<(), Error> {
        self.remove(|g| live.is_none_or(|live| g > live) && Some(g) != kept)
    }

    /// Removes every generation but `live`.
    pub(crate) fn clear_others(&self, live: Generation) -> Result<(), Error> {
        self.remove(|g| g != live)
    }

    /// The generation that was live before `live`, if it is still there.
    pub(crate) fn before(&self, live: Generation) -> Result<Option<Generation>, Error> {
        Ok(self.all()?.into_iter().rfind(|g| *g < live))
    }

    /// Removes the generations before `live` except the last of them, where readers may still be.
    pub(crate) fn clear_old(&self, live: Generation) -> Result<(), Error> {
        let previous = self.before(live)?;
        self.remove(|g| g < live && Some(g) != previous)
    }

    fn remove(&self, unwanted: impl Fn(Generation) -> bool) -> Result<(), Error> {
        for generation in self.all()?.into_iter().filter(|g| unwanted(*g)) {
            let path = self.path(generation);
            fs::remove_dir_all(&path).map_err(|e| Error::writing(&path, &e))?;
        }
        Ok(())
    }

    /// Every generation's folder, oldest first.
    fn all(&self) -> Result<Vec<Generation>, Error> {
        let list = || -> io::Result<Vec<Generation>> {
            let mut all = Vec::new();
            for entry in fs::read_dir(&self.dir)? {
                all.extend(entry?.file_name().to_str().and_then(Generation::parse));
            }
            all.sort_unstable();
            Ok(all)
        };
        list().map_err(|e| Error::reading(&self.dir, &e))
    }

    /// Makes the folder where it is missing and locks it for writing; the lock ends with the file's handle,
    /// also when the process is killed.
    pub(crate) fn lock(&self) -> Result<File, Error> {
        let path = self.dir.join(LOCK);
        let failed = |e: &io::Error| Error::writing(&path, e);
        fs::create_dir_all(&self.dir).map_err(|e| Error::writing(&self.dir, &e))?;
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(|e| failed(&e))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(std::fs::TryLockError::WouldBlock) => {
                let pid = read_line(&path).ok().flatten().and_then(|pid| pid.parse().ok());
                return Err(Error::Busy { dir: self.dir.clone(), pid });
            }
            Err(std::fs::TryLockError::Error(e)) => return Err(failed(&e)),
        }
        file.set_len(0)
            .and_then(|()| writeln!(file, "{}", process::id()))
            .and_then(|()| file.flush())
            .map_err(|e| failed(&e))?;
        Ok(file)
    }
}

/// The text of a short file without the line break; `None` where there is no such file.
fn read_line(path: &Path) -> Result<Option<String>, Error> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(Error::reading(path, &e)),
    };
    let mut bytes = Vec::new();
    file.take(MAX_LINE).read_to_end(&mut bytes).map_err(|e| Error::reading(path, &e))?;
    Ok(Some(String::from_utf8_lossy(&bytes).trim().to_owned()))
}

fn write_durably(path: &Path, line: &str) -> io::Result<()> {
    let mut file = File::create(path)?;
    writeln!(file, "{line}")?;
    file.sync_all()
}

fn sync_dir(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}
