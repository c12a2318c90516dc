//! Searching the segments of an index on several threads.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::query::{EnableScoring, Query, Weight};
use tantivy::{Searcher, SegmentReader};

/// The threads that help the one that asks. It works itself and never waits for a helper that has not begun, because most
/// searches are over before one wakes up; the engine's own threads make every search wait for that.
pub(crate) struct Threads(Option<rayon::ThreadPool>);

impl Threads {
    /// None but the thread that asks.
    pub(crate) fn none() -> Self {
        Self(None)
    }

    /// A thread for every core, with the one that asks; that one alone where no others can be had.
    pub(crate) fn of_all_cores() -> Self {
        let helpers = thread::available_parallelism().map_or(1, usize::from) - 1;
        if helpers == 0 {
            return Self::none();
        }
        let name = |i| format!("search-{i}");
        Self(rayon::ThreadPoolBuilder::new().num_threads(helpers).thread_name(name).build().ok())
    }

    /// What `collector` makes of the statements that match.
    pub(super) fn search<C>(
        &self,
        searcher: &Searcher,
        query: &dyn Query,
        collector: C,
    ) -> tantivy::Result<C::Fruit>
    where
        C: Collector + 'static,
    {
        let Some(pool) = &self.0 else { return searcher.search(query, &collector) };
        let work = Arc::new(Work::new(searcher, query, collector)?);
        for _ in 1..work.segments.len().min(pool.current_num_threads() + 1) {
            let work = Arc::clone(&work);
            pool.spawn(move || work.go_on());
        }
        work.go_on();
        work.collector.merge_fruits(work.all()?)
    }
}

type Fruit<C> = <<C as Collector>::Child as SegmentCollector>::Fruit;
/// The place of a segment, and what was found in it; or how the search of it broke off.
type Done<C> = (usize, thread::Result<tantivy::Result<Fruit<C>>>);

/// A search under way.
struct Work<C: Collector> {
    weight: Box<dyn Weight>,
    collector: C,
    /// Largest first, so that the threads end together; each with its place.
    segments: Vec<(usize, SegmentReader)>,
    /// How many of them were begun.
    begun: AtomicUsize,
    done: Mutex<Vec<Done<C>>>,
    ended: Condvar,
}

impl<C: Collector> Work<C> {
    fn new(searcher: &Searcher, query: &dyn Query, collector: C) -> tantivy::Result<Self> {
        let scoring = if collector.requires_scoring() {
            EnableScoring::enabled_from_searcher(searcher)
        } else {
            EnableScoring::disabled_from_searcher(searcher)
        };
        let mut segments: Vec<_> = searcher.segment_readers().iter().cloned().enumerate().collect();
        segments.sort_by_key(|(_, segment)| std::cmp::Reverse(segment.max_doc()));
        Ok(Self {
            weight: query.weight(scoring)?,
            collector,
            segments,
            begun: AtomicUsize::new(0),
            done: Mutex::default(),
            ended: Condvar::new(),
        })
    }

    /// Searches segments until all are begun.
    fn go_on(&self) {
        while let Some((place, segment)) = self.segments.get(self.begun.fetch_add(1, Ordering::Relaxed)) {
            let ordinal = u32::try_from(*place).unwrap_or(u32::MAX);
            let search = || self.collector.collect_segment(&*self.weight, ordinal, segment);
            let found = catch_unwind(AssertUnwindSafe(search));
            self.lock().push((*place, found));
            self.ended.notify_one();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Done<C>>> {
        self.done.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was found in all segments, in their order, once they have ended.
    fn all(&self) -> tantivy::Result<Vec<Fruit<C>>> {
        let mut done = self.lock();
        while done.len() < self.segments.len() {
            done = self.ended.wait(done).unwrap_or_else(PoisonError::into_inner);
        }
        done.sort_by_key(|(place, _)| *place);
        done.drain(..).map(|(_, found)| found.unwrap_or_else(|panic| resume_unwind(panic))).collect()
    }
}

#[cfg(test)]
mod tests {
    use tantivy::collector::DocSetCollector;
    use tantivy::query::{AllQuery, EmptyQuery};
    use tantivy::schema::Schema;
    use tantivy::{Index, IndexWriter, Score, SegmentOrdinal, TantivyDocument};

    use super::*;

    /// An index of segments with 1, 2, 3 ... entries.
    fn searcher(segments: usize) -> Searcher {
        let index = Index::create_in_ram(Schema::builder().build());
        let mut writer: IndexWriter = index.writer_with_num_threads(1, 15_000_000).expect("a writer");
        writer.set_merge_policy(Box::new(tantivy::indexer::NoMergePolicy));
        for segment in 1..=segments {
            for _ in 0..segment {
                writer.add_document(TantivyDocument::default()).expect("added");
            }
            writer.commit().expect("committed");
        }
        index.reader().expect("a reader").searcher()
    }

    fn helped_by(helpers: usize) -> Threads {
        Threads(Some(rayon::ThreadPoolBuilder::new().num_threads(helpers).build().expect("threads")))
    }

    #[test]
    fn threads_find_what_one_finds() {
        for segments in [0, 1, 2, 9] {
            let searcher = searcher(segments);
            for threads in [helped_by(1), helped_by(3)] {
                for query in [&AllQuery as &dyn Query, &EmptyQuery] {
                    let alone = Threads::none().search(&searcher, query, DocSetCollector).expect("found");
                    for _ in 0..20 {
                        let found = threads.search(&searcher, query, DocSetCollector).expect("found");
                        assert_eq!(found, alone, "{segments} segments");
                    }
                }
            }
        }
    }

    /// Panics over the largest segment.
    struct Stumble;

    impl Collector for Stumble {
        type Fruit = ();
        type Child = Stumbler;

        fn for_segment(&self, _: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<Stumbler> {
            assert!(segment.max_doc() < 4, "stumbled");
            Ok(Stumbler)
        }

        fn requires_scoring(&self) -> bool {
            true
        }

        fn merge_fruits(&self, _: Vec<()>) -> tantivy::Result<()> {
            Ok(())
        }
    }

    struct Stumbler;

    impl SegmentCollector for Stumbler {
        type Fruit = ();

        fn collect(&mut self, _: tantivy::DocId, _: Score) {}

        fn harvest(self) {}
    }

    #[test]
    fn a_panic_reaches_the_one_that_asks_and_costs_no_thread() {
        let (threads, large, small) = (helped_by(2), searcher(4), searcher(3));
        for _ in 0..20 {
            let search = || threads.search(&large, &AllQuery, Stumble);
            assert!(catch_unwind(AssertUnwindSafe(search)).is_err());
        }
        threads.search(&small, &AllQuery, Stumble).expect("found");
    }
}
