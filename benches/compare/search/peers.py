#!/usr/bin/env python3
"""The peers that run.py measures through Python: Xapian and PostgreSQL; prints records as `benches/search.rs` does.

peers.py build xapian|postgres CORPUS DIR, peers.py query xapian|postgres DIR QUERIES.
PostgreSQL runs as a server of its own in DIR, under the user `postgres` where we are root, reached by a socket.
"""
import datetime
import json
import os
import pathlib
import pwd
import subprocess
import sys
import tempfile
import time

HITS = 10
KIND, FROM, BEFORE = "news", "2018-01-01", "2023-01-01"
EPOCH = datetime.date(1970, 1, 1)


def rows(corpus):
    with open(corpus, encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def days(date):
    return (datetime.date.fromisoformat(date) - EPOCH).days


def peak_kib(pid="self"):
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return next((int(line.split()[1]) for line in status if line.startswith("VmHWM:")), 0)


def size(folder):
    return sum(f.stat().st_size for f in pathlib.Path(folder).rglob("*") if f.is_file())


class Xapian:
    def __init__(self, folder, create):
        import xapian
        self.x, self.folder = xapian, folder
        self.stem = xapian.Stem("danish")
        self.db = None if create else xapian.Database(folder)

    def build(self, corpus):
        x = self.x
        db = x.WritableDatabase(self.folder, x.DB_CREATE_OR_OVERWRITE)
        terms = x.TermGenerator()
        terms.set_stemmer(self.stem)
        text = count = 0
        for row in rows(corpus):
            text += len(row["text"].encode())
            count += 1
            entry = x.Document()
            entry.set_data(json.dumps(row, ensure_ascii=False))
            terms.set_document(entry)
            terms.index_text(row["text"])
            entry.add_boolean_term("K" + row["kind"])
            entry.add_value(0, x.sortable_serialise(days(row["published"])))
            entry.add_value(1, row["place"])
            db.add_document(entry)
            if count % 100_000 == 0:
                db.commit()
        db.commit()
        db.close()
        return count, text

    def query(self, name, words):
        x = self.x
        parser = x.QueryParser()
        parser.set_database(self.db)
        parser.set_stemmer(self.stem)
        parser.set_stemming_strategy(parser.STEM_SOME)
        parser.set_default_op(x.Query.OP_AND)
        if name == "phrase":
            return parser.parse_query('"' + " ".join(words) + '"', parser.FLAG_PHRASE)
        if name == "prefix":
            return parser.parse_query(words[0] + "*", parser.FLAG_WILDCARD)
        query = parser.parse_query(" ".join(words))
        if name == "filter":
            last = x.sortable_serialise(days(BEFORE) - 1)
            span = x.Query(x.Query.OP_VALUE_RANGE, 0, x.sortable_serialise(days(FROM)), last)
            both = x.Query(x.Query.OP_FILTER, span, x.Query("K" + KIND))
            query = x.Query(x.Query.OP_FILTER, query, both)
        return query

    def ask(self, name, words):
        enquire = self.x.Enquire(self.db)
        enquire.set_query(self.query(name, words))
        at_least = 0
        if name == "sorted":
            enquire.set_sort_by_value(0, True)
        if name == "facet":
            spy = self.x.ValueCountMatchSpy(1)
            enquire.add_matchspy(spy)
            at_least = self.db.get_doccount()
        found = [match.document.get_data() for match in enquire.get_mset(0, HITS, at_least)]
        if name == "facet":
            list(spy.values())
        return len(found)

    def peak(self):
        return peak_kib()

    def close(self):
        pass


class Postgres:
    """The server's own defaults, but for memory: 512 MB of buffers, 256 MB for building the index."""

    def __init__(self, folder, create):
        import psycopg2
        self.folder = folder
        self.tools = pathlib.Path(subprocess.check_output(["pg_config", "--bindir"], text=True).strip())
        os.makedirs(folder, exist_ok=True)
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(folder, user.pw_uid, user.pw_gid)
        self.socket = tempfile.mkdtemp()
        os.chmod(self.socket, 0o777)
        if create:
            self.run("initdb", "-D", f"{folder}/data", "--locale=C", "--encoding=UTF8", "-A", "trust", "-U", "postgres")
        options = f"-c listen_addresses= -c unix_socket_directories={self.socket} -c shared_buffers=512MB " \
                  "-c maintenance_work_mem=256MB -c work_mem=64MB"
        self.run("pg_ctl", "-D", f"{folder}/data", "-l", f"{folder}/log", "-w", "-o", options, "start")
        self.db = psycopg2.connect(host=self.socket, user="postgres", dbname="postgres")
        self.db.autocommit = True

    def run(self, tool, *args):
        as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        subprocess.run(as_user + [str(self.tools / tool), *args], check=True, stdout=subprocess.DEVNULL, cwd="/")

    def build(self, corpus):
        cursor = self.db.cursor()
        cursor.execute("CREATE TABLE statement (id text, text text, place text, kind text, published date, claims text, "
                       "words tsvector GENERATED ALWAYS AS (to_tsvector('danish', text)) STORED)")
        text = count = 0
        with tempfile.TemporaryFile("w+", encoding="utf-8") as table:
            escape = str.maketrans({"\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"})
            for row in rows(corpus):
                text += len(row["text"].encode())
                count += 1
                claims = json.dumps(row.get("claims", []), ensure_ascii=False)
                cells = [row["id"], row["text"], row["place"], row["kind"], row["published"], claims]
                table.write("\t".join(cell.translate(escape) for cell in cells) + "\n")
            table.seek(0)
            cursor.copy_expert("COPY statement (id, text, place, kind, published, claims) FROM STDIN", table)
        cursor.execute("CREATE INDEX ON statement USING gin (words)")
        cursor.execute("VACUUM ANALYZE statement")
        return count, text

    def ask(self, name, words):
        cursor = self.db.cursor()
        query = "plainto_tsquery('danish', %s)"
        given = " ".join(words)
        if name == "phrase":
            query = "phraseto_tsquery('danish', %s)"
        if name == "prefix":
            query, given = "to_tsquery('simple', %s)", words[0] + ":*"
        where, order = "words @@ q", "ts_rank(words, q) DESC"
        if name == "filter":
            where += f" AND kind = '{KIND}' AND published >= '{FROM}' AND published < '{BEFORE}'"
        if name == "sorted":
            order = "published DESC"
        if name == "facet":
            cursor.execute(f"SELECT place, kind, count(*) FROM statement, {query} q WHERE words @@ q GROUP BY 1, 2",
                           (given,))
            cursor.fetchall()
        cursor.execute(f"SELECT text FROM statement, {query} q WHERE {where} ORDER BY {order} LIMIT {HITS}", (given,))
        return len(cursor.fetchall())

    def peak(self):
        """The server's process that worked for us, with the shared buffers that it touched."""
        return peak_kib(self.db.get_backend_pid())

    def close(self):
        self.db.close()
        self.run("pg_ctl", "-D", f"{self.folder}/data", "-m", "fast", "stop")


ENGINES = {"xapian": Xapian, "postgres": Postgres}


def build(engine, corpus, folder):
    index = ENGINES[engine](folder, True)
    start = time.perf_counter()
    statements, text = index.build(corpus)
    seconds = time.perf_counter() - start
    peak = index.peak()
    index.close()
    used = size(folder) - size(f"{folder}/data/pg_wal")
    print(json.dumps({"engine": engine, "statements": statements, "seconds": seconds, "text_bytes": text,
                      "index_bytes": used, "peak_kib": peak}))


def query(engine, folder, file):
    index = ENGINES[engine](folder, False)
    questions = list(rows(file))
    for question in questions[::4]:
        index.ask(question["class"], question["words"])
    times, hits = {}, {}
    for question in questions:
        name = question["class"]
        start = time.perf_counter()
        found = index.ask(name, question["words"])
        times.setdefault(name, []).append((time.perf_counter() - start) * 1e3)
        hits[name] = hits.get(name, 0) + found
    for name, taken in times.items():
        taken.sort()
        at = lambda share: taken[round((len(taken) - 1) * share)]
        print(json.dumps({"engine": engine, "class": name, "n": len(taken), "hits": hits[name],
                          "p50_ms": at(0.5), "p99_ms": at(0.99), "peak_kib": index.peak()}))
    index.close()


if __name__ == "__main__":
    {"build": build, "query": query}[sys.argv[1]](*sys.argv[2:])
