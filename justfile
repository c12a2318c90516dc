# `just check` is exactly what CI runs.
check:
    bash tests/run

# Tests alone; `just test NAME` runs those whose name has NAME in it.
test *ARGS:
    cargo test --locked --workspace {{ARGS}}

# The example documents, three searches.
demo:
    cargo run --release --locked -- demo

# Every stage's output for one document.
trace DOC:
    cargo run --quiet --release --locked -- trace {{DOC}}

# Rewrites the expected output of snapshot tests.
bless:
    UPDATE_EXPECT=1 cargo test --locked --workspace

# The benchmarks; results of note are kept in benches/results.
bench *ARGS:
    cargo bench --locked {{ARGS}}

# Any bytes through the grammar; needs a nightly compiler and cargo-fuzz.
fuzz *ARGS:
    cargo +nightly fuzz run claims {{ARGS}}

# Score of the claims grammar on the labelled statements.
eval:
    cargo run --quiet --release --locked -- eval corpus/gold/dev.jsonl corpus/gold/fresh*.jsonl
