//! Drops and output folders in a store that speaks S3: what comes out is what comes out of folders, killed or not.
//!
//! `cargo xtask stores` starts a server, names it in `COPYDESK_TEST_STORE` and runs these; without it they have
//! nothing to ask, and say so.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::kills::{promised, say};
use crate::program::{Ran, command, copydesk, ok, records, workspace};

/// A bucket of its own on the server, if there is one.
struct Bucket {
    server: SocketAddr,
    name: String,
}

impl Bucket {
    fn new(name: &str) -> Option<Self> {
        let Ok(server) = std::env::var("COPYDESK_TEST_STORE") else {
            say("skipped: COPYDESK_TEST_STORE names no server");
            return None;
        };
        let bucket = Self { server: server.parse().unwrap(), name: format!("copydesk-{name}") };
        for key in bucket.keys() {
            bucket.ask("DELETE", &key, b"");
        }
        assert!(bucket.ask("PUT", "", b"").0 < 300);
        Some(bucket)
    }

    /// A request, and the status and body of its answer.
    fn ask(&self, method: &str, key: &str, body: &[u8]) -> (u16, Vec<u8>) {
        let mut stream = TcpStream::connect(self.server).unwrap();
        let (name, length) = (&self.name, body.len());
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./?=".contains(&byte);
        let key: String =
            key.bytes()
                .map(|byte| {
                    if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }
                })
                .collect();
        // The server wants to know who asks, and believes whoever says so.
        let who = "Authorization: AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, \
                   SignedHeaders=host, Signature=0";
        let head = format!(
            "{method} /{name}/{key} HTTP/1.1\r\nHost: store\r\n{who}\r\nContent-Length: {length}\r\n\
             Connection: close\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(body).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        let status = String::from_utf8_lossy(&answer[9..12]).parse().unwrap();
        (status, answer.split_off(end + 4))
    }

    fn keys(&self) -> Vec<String> {
        let listed = self.ask("GET", "?list-type=2", b"").1;
        let listed = String::from_utf8(listed).unwrap();
        let keys = listed.split("<Key>").skip(1).filter_map(|rest| rest.split("</Key>").next());
        keys.map(str::to_owned).collect()
    }

    /// Puts the files of a folder below `prefix`.
    fn put_folder(&self, folder: &Path, prefix: &str) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let key = format!("{prefix}/{}", path.file_name().unwrap().to_str().unwrap());
            if path.is_dir() {
                self.put_folder(&path, &key);
            } else {
                assert_eq!(self.ask("PUT", &key, &fs::read(path).unwrap()).0, 200);
            }
        }
    }

    /// Writes the objects below `prefix` into a folder.
    fn get_folder(&self, prefix: &str, folder: &Path) {
        let _ = fs::remove_dir_all(folder);
        fs::create_dir(folder).unwrap();
        for key in self.keys() {
            let inside = key.strip_prefix(&format!("{prefix}/"));
            let Some(inside) = inside.filter(|inside| !inside.is_empty()) else { continue };
            let path = folder.join(inside);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, self.ask("GET", &key, b"").1).unwrap();
        }
    }

    fn address(&self, key: &str) -> String {
        format!("s3://{}/{key}", self.name)
    }

    fn run(&self, dir: &Path, args: &[&str]) -> Ran {
        let output = through(self.server, dir, args).output().unwrap();
        Ran {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    fn ok(&self, dir: &Path, args: &[&str]) -> String {
        let ran = self.run(dir, args);
        assert_eq!(ran.code, Some(0), "{args:?}: {}", ran.stderr);
        ran.stderr
    }

    /// What counts of the output folder at `key`.
    fn promised(&self, dir: &Path, key: &str) -> BTreeMap<String, Vec<u8>> {
        let copy = dir.join("downloaded");
        self.get_folder(key, &copy);
        promised(&copy)
    }
}

/// The program with arguments and the store at `server`.
fn through(server: SocketAddr, dir: &Path, args: &[&str]) -> Command {
    let mut command = command(dir, args);
    command
        .env("AWS_ENDPOINT_URL", format!("http://{server}"))
        .env("AWS_ALLOW_HTTP", "true")
        .env("AWS_REGION", "us-east-1")
        .env("AWS_ACCESS_KEY_ID", "test")
        .env("AWS_SECRET_ACCESS_KEY", "test");
    command
}

/// Stands between the program and a server, and shows `at` each request before it goes on; one that `at` refuses loses its
/// connection.
struct Between {
    address: SocketAddr,
    puts: Arc<AtomicUsize>,
}

impl Between {
    fn new(server: SocketAddr, at: impl FnMut(&[u8], usize) -> bool + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let puts = Arc::new(AtomicUsize::new(0));
        let (counted, at) = (puts.clone(), Arc::new(Mutex::new(at)));
        thread::spawn(move || {
            for client in listener.incoming() {
                let (client, server) = (client.unwrap(), TcpStream::connect(server).unwrap());
                let (back, answers) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                thread::spawn(move || {
                    let _ = std::io::copy(&mut &answers, &mut &back);
                    let _ = back.shutdown(Shutdown::Both);
                });
                let (counted, at) = (counted.clone(), at.clone());
                thread::spawn(move || pass_on(&client, &server, &counted, &at));
            }
        });
        Self { address, puts }
    }

    /// Calls `then` before the given one of the PUTs.
    fn at_put(server: SocketAddr, number: usize, mut then: impl FnMut() + Send + 'static) -> Self {
        Self::new(server, move |request, puts| {
            if request.starts_with(b"PUT ") && puts == number {
                then();
            }
            true
        })
    }
}

/// A client sends a request when the last one was answered, so one begins a read.
fn pass_on<A: FnMut(&[u8], usize) -> bool>(
    mut client: &TcpStream,
    mut server: &TcpStream,
    puts: &AtomicUsize,
    at: &Mutex<A>,
) {
    let mut buffer = vec![0; 1 << 16];
    while let Ok(count @ 1..) = client.read(&mut buffer) {
        let request = &buffer[..count];
        let is_put = usize::from(request.starts_with(b"PUT "));
        let puts = puts.fetch_add(is_put, Ordering::SeqCst) + is_put;
        if !at.lock().unwrap()(request, puts) || server.write_all(request).is_err() {
            break;
        }
    }
    let _ = (server.shutdown(Shutdown::Both), client.shutdown(Shutdown::Both));
}

const PIPELINE: &str = "version = 1\n[[source]]\nuse = \"files\"\npaths = [\"drop\"]\n[[stage]]\nuse = \"normalize\"\n\
    [[stage]]\nuse = \"entity-tag\"\n[[stage]]\nuse = \"quote-extract\"\n[[stage]]\nuse = \"stories\"\n\
    [[sink]]\nuse = \"jsonl\"\n";

fn write(path: &Path, content: impl AsRef<[u8]>) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

/// Two articles, and two more that come later.
fn write_drop(dir: &Path) {
    fs::write(dir.join("pipeline.toml"), PIPELINE).unwrap();
    for drop in ["early", "drop"] {
        write(
            &dir.join(drop).join("a.txt"),
            "Mill closes\n\n“The mill is gone,” said Mira Holt, the mayor of Ostrel.\n",
        );
        write(
            &dir.join(drop).join("sub/b.jsonl"),
            "{\"text\": \"Ada Ek sailed to Lund.\"}\n{\"broken\n",
        );
    }
    write(&dir.join("drop/a.txt"), "Mill closes\n\n“The mill is sold,” said Mira Holt.\n");
    write(&dir.join("drop/c.txt"), "Bram Osterly wept. “We will build,” he said.\n");
}

#[test]
fn a_drop_in_a_store_is_read_as_the_folder_is() {
    let Some(bucket) = Bucket::new("input") else { return };
    let dir = tempfile::tempdir().unwrap();
    let (dir, drop) = (dir.path(), dir.path().join("drop"));
    for entry in fs::read_dir(workspace().join("examples/drop")).unwrap() {
        let path = entry.unwrap().path();
        write(&drop.join(path.file_name().unwrap()), fs::read(&path).unwrap());
    }
    // What a walk passes over, the order of names that begin alike, and names that addresses must write in another way.
    write(&drop.join("page.html"), "<p>The tide came in at Ostrel on Monday.</p>");
    write(&drop.join("page_files/ad.html"), "<p>Buy this.</p>");
    write(&drop.join(".hidden.txt"), "Nobody reads this.");
    write(&drop.join("out/journal.jsonl"), "");
    write(&drop.join("out/ledger.bin"), "");
    write(&drop.join("out/articles.jsonl"), "{\"text\": \"Nobody reads this.\"}");
    write(&drop.join("a.txt"), "Ada Ek spoke.");
    write(&drop.join("a/b c+d.txt"), "Bram Osterly spoke.");
    write(&drop.join("a/Zoë.txt"), "Zoë Lund spoke.");
    write(&drop.join("a/Zoë.meta.json"), "{\"title\": \"Zoë\"}");
    write(&drop.join("a-b.txt"), "Mira Holt spoke.");
    bucket.put_folder(&drop, "in/drop");
    for folder in ["in/drop/", "in/drop/a/"] {
        bucket.ask("PUT", folder, b""); // as consoles make folders
    }

    for pattern in ["", "/**/*.txt", "/a/*", "/*.html"] {
        let (here, away) = (format!("{}{pattern}", drop.display()), format!("in/drop{pattern}"));
        let _ = (fs::remove_dir_all(dir.join("here")), fs::remove_dir_all(dir.join("away")));
        ok(dir, &["run", &here, "-o", "here"]);
        bucket.ok(dir, &["run", &bucket.address(&away), "-o", "away"]);
        assert!(promised(&dir.join("away")) == promised(&dir.join("here")), "{pattern}");
    }
}

#[test]
fn only_what_is_new_in_a_store_is_read() {
    let Some(bucket) = Bucket::new("news") else { return };
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    write_drop(dir);
    let run = || bucket.run(dir, &["run", "pipeline.toml", &bucket.address("drop"), "-o", "out"]);
    bucket.put_folder(&dir.join("early"), "drop");
    assert!(run().stderr.contains("2 articles, "));
    assert!(run().stderr.contains("0 articles (3 unchanged)"));
    bucket.put_folder(&dir.join("drop"), "drop");
    let ran = run();
    assert!(ran.stderr.contains("2 articles (2 unchanged)"), "{}", ran.stderr);
    let revisions: Vec<_> =
        records(&dir.join("out")).iter().map(|record| record["revision"].to_string()).collect();
    assert_eq!(revisions, ["1", "1", "2", "1"]);
}

#[test]
fn a_connection_that_breaks_inside_of_a_packed_file_is_no_damage() {
    let Some(bucket) = Bucket::new("broken") else { return };
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    write_drop(dir);
    // Articles that pack badly, so that the file is longer than what is asked for first.
    let mut random = 1_u64;
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    for number in 0..400 {
        let mut noise = String::new();
        while noise.len() < 10_000 {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            noise += &(random >> 8).to_string();
        }
        writeln!(
            packed,
            "{{\"text\": \"Ada Ek spoke of {number} bridges.\", \"noise\": \"{noise}\"}}"
        )
        .unwrap();
    }
    let packed = packed.finish().unwrap();
    assert!(packed.len() > 3 << 19, "{}", packed.len());
    bucket.ask("PUT", "drop/a.jsonl.gz", &packed);
    let drop = bucket.address("drop");
    let args = ["run", "pipeline.toml", &drop, "-o", "out", "--accept-failures"];
    let between = Between::new(bucket.server, |request, _| {
        !String::from_utf8_lossy(request).to_lowercase().contains("range: bytes=1048576-")
    });
    let ran = through(between.address, dir, &args).output().unwrap();
    assert_eq!(ran.status.code(), Some(0), "{}", String::from_utf8_lossy(&ran.stderr));
    let letters = fs::read_to_string(dir.join("out/dead-letters.jsonl")).unwrap();
    assert!(letters.contains("\"class\":\"unreadable\""), "{letters}");
    let before = records(&dir.join("out")).len();
    assert!(before < 400, "{before}");
    bucket.ok(dir, &args);
    assert_eq!(records(&dir.join("out")).len(), 400);
}

#[test]
fn an_output_folder_in_a_store_is_what_one_here_is() {
    let Some(bucket) = Bucket::new("output") else { return };
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    write_drop(dir);
    let away = bucket.address("out");
    bucket.ask("PUT", "out/", b""); // as consoles make folders
    for drop in ["early", "drop"] {
        let run = |run: &dyn Fn(&[&str]) -> Ran, out: &str| {
            let ran = run(&["run", "pipeline.toml", drop, "-o", out]);
            assert_eq!(ran.code, Some(3), "{}", ran.stderr);
            ran.stderr
        };
        run(&|args| copydesk(dir, args), "here");
        let said = run(&|args| bucket.run(dir, args), &away);
        assert!(
            said.contains(&format!("records in {away}, failures in {away}/dead-letters.jsonl")),
            "{said}"
        );
        assert!(bucket.promised(dir, "out") == promised(&dir.join("here")), "{drop}");
    }
    // What was mended comes out as it does here.
    for drop in ["early", "drop"] {
        write(
            &dir.join(drop).join("sub/b.jsonl"),
            "{\"text\": \"Ada Ek sailed to Lund.\"}\n{\"text\": \"Ek.\"}\n",
        );
    }
    ok(dir, &["retry", "here"]);
    let said = bucket.ok(dir, &["retry", &away]);
    assert!(said.contains(&format!("records in {away}")), "{said}");
    assert!(bucket.promised(dir, "out") == promised(&dir.join("here")));
    let kept = bucket.ask("GET", "out/configuration.toml", b"").1;
    let kept = String::from_utf8(kept).unwrap();
    assert!(kept.contains(&format!("output = \"{away}\"")), "{kept}");
}

#[test]
fn shards_in_a_store_are_merged_there() {
    let Some(bucket) = Bucket::new("shards") else { return };
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    write_drop(dir);
    bucket.put_folder(&dir.join("drop"), "drop");
    let (drop, out) = (bucket.address("drop"), bucket.address("out"));
    for shard in ["0/2", "1/2", "0/2"] {
        let ran = bucket.run(
            dir,
            &["run", "pipeline.toml", &drop, "--shard", shard, "-o", &out, "--accept-failures"],
        );
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    }
    let ran = bucket.run(dir, &["run", "pipeline.toml", &drop, "--shard", "1/3", "-o", &out]);
    assert!(ran.stderr.contains("holds shard-00000-of-00002"), "{}", ran.stderr);
    copydesk(dir, &["run", "pipeline.toml", "-o", "here"]);
    bucket.ok(dir, &["merge", &out, "--accept-failures"]);
    assert!(bucket.promised(dir, "out") == promised(&dir.join("here")));
    let shards = ["0", "1"].map(|number| format!("{out}/shard-0000{number}-of-00002"));
    bucket.ok(dir, &["merge", "merged", &shards[0], &shards[1], "--accept-failures"]);
    assert!(promised(&dir.join("merged")) == promised(&dir.join("here")));
}

#[test]
fn a_run_killed_while_it_copies_back_costs_nothing() {
    let Some(bucket) = Bucket::new("kills") else { return };
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    write_drop(dir);
    for drop in ["early", "drop"] {
        copydesk(dir, &["run", "pipeline.toml", drop, "-o", "here"]);
    }
    let expected = promised(&dir.join("here"));
    let mut kills = 0;
    for number in 1.. {
        let out = format!("out-{number}");
        let args =
            |drop| ["run", "pipeline.toml", drop, "-o", &bucket.address(&out)].map(str::to_owned);
        let mut unharmed = 0;
        for drop in ["early", "drop"] {
            let args = args(drop);
            let args: Vec<&str> = args.iter().map(String::as_str).collect();
            let process = Arc::new(Mutex::new(None::<u32>));
            let victim = process.clone();
            let between = Between::at_put(bucket.server, number, move || {
                let victim = victim.lock().unwrap().unwrap();
                let killed = Command::new("kill").args(["-9", &victim.to_string()]).status();
                assert!(killed.unwrap().success());
            });
            let mut held = process.lock().unwrap();
            let mut command = through(between.address, dir, &args);
            let temporary = tempfile::tempdir().unwrap();
            command.env("TMPDIR", temporary.path()).stderr(Stdio::null());
            let mut child = command.spawn().unwrap();
            *held = Some(child.id());
            std::mem::drop(held);
            if child.wait().unwrap().code().is_none() {
                assert_eq!(between.puts.load(Ordering::SeqCst), number);
                kills += 1;
                let ran = bucket.run(dir, &args);
                // 0 where the journal was there already: what failed is not tried again.
                assert!(matches!(ran.code, Some(0 | 3)), "put {number}: {}", ran.stderr);
            } else {
                unharmed += 1;
            }
        }
        assert!(bucket.promised(dir, &out) == expected, "killed at put {number}");
        if unharmed == 2 {
            break;
        }
    }
    assert!(kills > 12, "{kills} kills");
}

#[test]
fn of_two_runs_at_once_one_counts_and_the_other_says_so() {
    let Some(bucket) = Bucket::new("two") else { return };
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    write_drop(dir);
    let mut refused = 0;
    for number in 1.. {
        let key = format!("out-{number}");
        let out = bucket.address(&key);
        // The first of each wrote the folder before, so that both know a journal.
        if number % 2 == 0 {
            bucket.ok(dir, &["run", "pipeline.toml", "early/a.txt", "-o", &out]);
        }
        let (server, name) = (bucket.server, bucket.name.clone());
        let (place, to) = (dir.to_owned(), out.clone());
        let other = move || {
            let bucket = Bucket { server, name: name.clone() };
            bucket.ok(&place, &["run", "pipeline.toml", "drop/c.txt", "-o", &to]);
        };
        let between = Between::at_put(bucket.server, number, other);
        let args = ["run", "pipeline.toml", "drop/a.txt", "-o", &out];
        let ran = through(between.address, dir, &args).output().unwrap();
        let said = String::from_utf8(ran.stderr).unwrap();
        let met = between.puts.load(Ordering::SeqCst) >= number;
        bucket.get_folder(&key, &dir.join("downloaded"));
        ok(dir, &["verify", "downloaded"]);
        let ids = |bucket: &Bucket| {
            bucket.get_folder(&key, &dir.join("downloaded"));
            let records = records(&dir.join("downloaded"));
            records.iter().map(|record| record["id"].to_string()).collect::<Vec<_>>()
        };
        if ran.status.code() == Some(1) {
            refused += 1;
            assert!(said.contains("another run has written to"), "{said}");
            bucket.ok(dir, &args);
        } else {
            assert_eq!(ran.status.code(), Some(0), "{said}");
        }
        let ids = ids(&bucket);
        assert!(ids.contains(&"\"a.txt\"".to_owned()), "put {number}: {ids:?}");
        if !met {
            break;
        }
        assert!(ids.contains(&"\"c.txt\"".to_owned()), "put {number}: {ids:?}");
    }
    assert!(refused > 3, "{refused} were refused");
}

#[test]
fn a_store_that_cannot_be_asked_is_told_before_any_work() {
    let Some(bucket) = Bucket::new("wrong") else { return };
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    write_drop(dir);
    let refused = |args: &[&str], says: &str| {
        let ran = bucket.run(dir, args);
        assert_eq!(ran.code, Some(2), "{args:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(says), "{args:?}: {}", ran.stderr);
    };
    refused(&["run", "s3://copydesk-no-such-bucket/drop", "-o", "out"], "NoSuchBucket");
    refused(&["run", &bucket.address("no-such-folder"), "-o", "out"], "there is no file or folder");
    refused(&["run", "gs://bucket/drop", "-o", "out"], "`s3://bucket/key`");
    refused(&["run", "drop", "-o", "gs://bucket/out"], "`s3://bucket/key`");
    refused(&["run", "drop", "--watch", "-o", &bucket.address("out")], "folders of this machine");
    assert!(!dir.join("out").exists());
}
