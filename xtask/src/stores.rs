//! `cargo xtask stores`: the tests of stores against a server that speaks S3.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Result, bail};

use crate::environment::Environment;
use crate::{run, wheel};

/// The server, a version that was seen to answer conditional requests.
const SERVER: [&str; 1] = ["moto[server]==5.2.5"];

/// Installs the server into a temporary folder, starts it on a free port and runs the tests of the command with the feature
/// `stores`, and those of the wheel with it, which takes a release build.
/// Needs Python 3.10 or later with `venv`.
pub(crate) fn stores(workspace: &Path) -> Result<()> {
    let room = tempfile::tempdir()?;
    let python = Environment::new(&room.path().join("python"))?;
    python.install(&SERVER)?;
    let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
    let mut server = python.command("moto_server");
    server.args(["-H", "127.0.0.1", "-p", &address.port().to_string()]);
    let mut server = Server(server.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?);
    while TcpStream::connect(address).is_err() {
        if let Some(status) = server.0.try_wait()? {
            bail!("the server ended with {status}");
        }
        thread::sleep(Duration::from_millis(50));
    }
    run(Command::new(crate::cargo())
        .args(["test", "--package", "cli", "--features", "stores", "--test", "it", "stores::"])
        .env("COPYDESK_TEST_STORE", address.to_string())
        .current_dir(workspace))?;
    let wheels = room.path().join("wheels");
    let wheel = wheel::build(workspace, room.path(), &wheels, &["stores"])?;
    python.install(&[wheel])?;
    python.install(&wheel::ENGINES)?;
    run(python
        .command("pytest")
        .args(["-q", "-rs", "-p", "no:cacheprovider", "test_stores.py"])
        .env("COPYDESK_TEST_STORE", address.to_string())
        .current_dir(workspace.join("python/tests")))
}

/// Ends with whoever started it.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
