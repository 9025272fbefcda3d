//! A child process and its three pipes, moved by one thread that never waits on one of them alone.

use std::ffi::OsString;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::buffer::spare_capacity;
use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::io::Errno;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions};

use super::groups;
use crate::check::MAX_ANSWER;

/// Bytes asked for in one read.
const READ: usize = 64 << 10;
/// Bytes that the pipes are asked to hold, so that a batch goes through without a switch between
/// the processes; the system may refuse.
const PIPE: usize = 1 << 20;
/// What is kept of what the child said on standard error.
const LAST_WORDS: usize = 600;
/// How long a child that has closed its output may take to be gone.
const GRACE: Duration = Duration::from_millis(500);

/// A running child. Dropping it closes its input, lets it end by itself for a moment, and kills
/// its process group.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    pid: Pid,
    reaped: bool,
    stdin: Option<ChildStdin>,
    stdout: Option<ChildStdout>,
    stderr: Option<ChildStderr>,
    /// Who speaks, for the log.
    name: String,
    /// To be written, from `written` on.
    pub(super) output: Vec<u8>,
    written: usize,
    /// What was read and not taken yet.
    input: Vec<u8>,
    taken: usize,
    errors: Vec<u8>,
}

/// What came of waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moved {
    /// Bytes went in or out.
    Some,
    /// Nothing did until the deadline.
    Nothing,
    /// The child has closed its output; what it had written is in the input.
    Closed,
}

impl Process {
    /// Starts `words` in `folder`, in a process group of its own.
    ///
    /// # Errors
    /// Where the system cannot start it.
    pub(super) fn start(words: &[OsString], folder: &Path, name: &str) -> io::Result<Self> {
        let mut command = Command::new(&words[0]);
        command
            .args(&words[1..])
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0);
        die_with_host(&mut command);
        let mut child = command.spawn()?;
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(stdin), Some(stdout), Some(stderr)) = pipes else {
            unreachable!("all three are pipes")
        };
        for pipe in [stdin.as_fd(), stdout.as_fd(), stderr.as_fd()] {
            rustix::io::ioctl_fionbio(pipe, true)?;
        }
        for pipe in [stdin.as_fd(), stdout.as_fd()] {
            widen(pipe);
        }
        let pid = Pid::from_child(&child);
        groups::add(pid);
        Ok(Self {
            pid,
            child,
            reaped: false,
            stdin: Some(stdin),
            stdout: Some(stdout),
            stderr: Some(stderr),
            name: name.to_owned(),
            output: Vec::new(),
            written: 0,
            input: Vec::new(),
            taken: 0,
            errors: Vec::new(),
        })
    }

    /// Bytes that wait to be written.
    pub(super) fn unwritten(&self) -> usize {
        self.output.len() - self.written
    }

    /// What was read and not taken.
    pub(super) fn input(&self) -> &[u8] {
        &self.input[self.taken..]
    }

    /// Takes this many bytes off the input.
    pub(super) fn take(&mut self, bytes: usize) {
        self.taken += bytes;
        if self.taken == self.input.len() {
            self.input.clear();
            self.taken = 0;
        }
    }

    /// Writes and reads what goes without waiting; where nothing goes, waits until something does.
    pub(super) fn exchange(&mut self, deadline: Instant) -> Moved {
        let mut moved = self.write();
        loop {
            if moved {
                return Moved::Some;
            }
            let left = deadline.saturating_duration_since(now());
            let ready = self.wait(left);
            if ready.errors {
                self.listen();
            }
            moved = self.write();
            if ready.answers {
                match self.read() {
                    Ok(read) => moved |= read,
                    Err(Closed) => return Moved::Closed,
                }
            }
            if !moved && left.is_zero() {
                return Moved::Nothing;
            }
        }
    }

    /// Whether the child has said something, or closed its output, without having been asked.
    pub(super) fn speaks_unasked(&mut self) -> bool {
        !self.input().is_empty() || !matches!(self.read(), Ok(false))
    }

    /// The next line of the child, without its end; what follows it stays in the input.
    ///
    /// # Errors
    /// [`Silence`] where there is none.
    pub(super) fn line(&mut self, deadline: Instant) -> Result<String, Silence> {
        let mut searched = 0;
        loop {
            let input = self.input();
            if let Some(at) = input[searched..].iter().position(|byte| *byte == b'\n') {
                let line = String::from_utf8_lossy(&input[..searched + at]).into_owned();
                self.take(searched + at + 1);
                return Ok(line);
            }
            searched = input.len();
            if searched > MAX_ANSWER {
                return Err(Silence::TooLong);
            }
            match self.exchange(deadline) {
                Moved::Some => {}
                Moved::Nothing => return Err(Silence::Hung),
                Moved::Closed => return Err(Silence::Dead),
            }
        }
    }

    /// Waits for a child that has closed its output, kills what is left of its group, and says how
    /// it ended and what it last said: `it exited with code 1; its last words: …`.
    pub(super) fn end(&mut self) -> String {
        self.stdin = None;
        let deadline = now() + GRACE;
        while self.stderr.is_some() && now() < deadline {
            self.wait(deadline.saturating_duration_since(now()));
            self.listen();
        }
        self.await_exit(deadline);
        let by_itself = self.is_gone();
        let how = match self.reap() {
            Ok(status) if by_itself => how(status),
            Ok(_) => "it closed its output and lived on".to_owned(),
            Err(error) => format!("it is gone: {error}"),
        };
        format!("{how}{}", self.last_words())
    }

    /// Ends the child at once, and says what it last said: `; its last words: …`, or nothing.
    pub(super) fn kill(&mut self) -> String {
        self.listen();
        let _killed = self.reap();
        self.last_words()
    }

    fn last_words(&self) -> String {
        let words = String::from_utf8_lossy(&self.errors);
        let words = words.trim().trim_start_matches('\u{FFFD}');
        if words.is_empty() { String::new() } else { format!("; its last words: {words}") }
    }

    /// Polls until something can move or the time is up. A signal may end it earlier.
    fn wait(&self, left: Duration) -> Ready {
        let mut fds = Vec::with_capacity(3);
        if let Some(stdout) = &self.stdout {
            fds.push(PollFd::new(stdout, PollFlags::IN));
        }
        if let Some(stderr) = &self.stderr {
            fds.push(PollFd::new(stderr, PollFlags::IN));
        }
        if let (Some(stdin), true) = (&self.stdin, self.unwritten() > 0) {
            fds.push(PollFd::new(stdin, PollFlags::OUT));
        }
        let left = Timespec {
            tv_sec: left.as_secs().try_into().unwrap_or(i64::MAX),
            tv_nsec: left.subsec_nanos().into(),
        };
        let _ready = rustix::event::poll(&mut fds, Some(&left));
        let mut ready = fds.iter().map(|fd| !fd.revents().is_empty());
        Ready {
            answers: self.stdout.is_none() || ready.next().unwrap_or_default(),
            errors: self.stderr.is_some() && ready.next().unwrap_or_default(),
        }
    }

    /// Whether bytes went out. A child that does not want them may still have something to say.
    fn write(&mut self) -> bool {
        let before = self.written;
        while let (Some(stdin), true) = (&self.stdin, self.unwritten() > 0) {
            match rustix::io::write(stdin, &self.output[self.written..]) {
                Ok(bytes) => self.written += bytes,
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => break,
                Err(_) => self.stdin = None,
            }
        }
        let moved = self.written > before;
        if self.unwritten() == 0 || self.stdin.is_none() {
            self.output.clear();
            self.written = 0;
        }
        moved
    }

    /// Whether bytes came in.
    fn read(&mut self) -> Result<bool, Closed> {
        if self.taken > 0 {
            self.input.drain(..self.taken);
            self.taken = 0;
        }
        self.input.reserve(READ);
        while let Some(stdout) = &self.stdout {
            match rustix::io::read(stdout, spare_capacity(&mut self.input)) {
                Ok(1..) => return Ok(true),
                Err(Errno::AGAIN) => return Ok(false),
                Err(Errno::INTR) => {}
                Ok(0) | Err(_) => self.stdout = None,
            }
        }
        Err(Closed)
    }

    /// Takes in some of what the child says on standard error. That is no progress: a child that only
    /// complains works on nothing, and may complain faster than we can read.
    fn listen(&mut self) {
        let mut said = [0; 4096];
        for _ in 0..READ / said.len() {
            let Some(stderr) = &self.stderr else { return };
            match rustix::io::read(stderr, &mut said) {
                Ok(0) => self.stderr = None,
                Ok(bytes) => {
                    let said = &said[..bytes];
                    tracing::debug!(plugin = self.name, said = %String::from_utf8_lossy(said).trim_end(), "standard error");
                    self.errors.extend_from_slice(said);
                    let old = self.errors.len().saturating_sub(LAST_WORDS);
                    self.errors.drain(..old);
                }
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => break,
                Err(_) => self.stderr = None,
            }
        }
    }

    /// Whether the process has ended. It stays a zombie, so that its number still names its group.
    fn is_gone(&self) -> bool {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        !matches!(rustix::process::waitid(WaitId::Pid(self.pid), options), Ok(None))
    }

    fn await_exit(&self, deadline: Instant) {
        let mut nap = Duration::from_micros(100);
        while !self.is_gone() && now() < deadline {
            std::thread::sleep(nap);
            nap = (nap * 2).min(Duration::from_millis(10));
        }
    }

    /// Kills what is left of the group, and takes the exit status.
    fn reap(&mut self) -> io::Result<ExitStatus> {
        if !self.reaped {
            groups::kill(self.pid);
            self.reaped = true;
        }
        self.child.wait()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if !self.reaped {
            self.stdin = None;
            self.await_exit(now() + GRACE);
            let _status = self.reap();
        }
    }
}

/// Which of a child's pipes have something to say, be it that they are closed.
#[derive(Clone, Copy, Debug)]
struct Ready {
    answers: bool,
    errors: bool,
}

/// The child has closed its output.
#[derive(Debug)]
struct Closed;

/// Why there is no line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Silence {
    /// The time is up.
    Hung,
    /// The child has closed its output.
    Dead,
    /// What came is longer than any answer may be.
    TooLong,
}

/// How a process ended.
fn how(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("it exited with code {code}"),
        (None, Some(signal)) => match signal_name(signal) {
            Some(name) => format!("it was killed by {name}"),
            None => format!("it was killed by signal {signal}"),
        },
        (None, None) => "it is gone".to_owned(),
    }
}

fn signal_name(number: i32) -> Option<&'static str> {
    let names = [
        (Signal::ABORT, "SIGABRT"),
        (Signal::BUS, "SIGBUS"),
        (Signal::FPE, "SIGFPE"),
        (Signal::ILL, "SIGILL"),
        (Signal::INT, "SIGINT"),
        (Signal::KILL, "SIGKILL"),
        (Signal::SEGV, "SIGSEGV"),
        (Signal::TERM, "SIGTERM"),
    ];
    names.into_iter().find(|(signal, _)| signal.as_raw() == number).map(|(_, name)| name)
}

/// The clock, for time limits on foreign code; what comes of them is outside the promise of same
/// input, same bytes.
#[expect(clippy::disallowed_methods, reason = "a time limit needs a clock")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

#[cfg(target_os = "linux")]
fn widen(pipe: BorrowedFd<'_>) {
    let _wider = rustix::pipe::fcntl_setpipe_size(pipe, PIPE);
}

#[cfg(not(target_os = "linux"))]
fn widen(_pipe: BorrowedFd<'_>) {}

/// Has the system kill the child when the thread that starts it is gone, so that a child that hangs
/// does not outlive a host that was killed. Elsewhere it lives until it reads the end of its input.
#[cfg(target_os = "linux")]
fn die_with_host(command: &mut Command) {
    let set = || {
        let killed = rustix::process::set_parent_process_death_signal(Some(Signal::KILL));
        killed.map_err(io::Error::from)
    };
    // SAFETY: between `fork` and `exec` only what is async-signal-safe may run; this is one system call.
    unsafe { command.pre_exec(set) };
}

#[cfg(not(target_os = "linux"))]
fn die_with_host(_command: &mut Command) {}
