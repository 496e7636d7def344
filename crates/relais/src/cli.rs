//! The command line.

use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// Customer support on WhatsApp, from bot to human.
#[derive(Debug, Parser)]
#[command(name = "relais", version, propagate_version = true)]
pub struct Cli {
    /// A file of settings; `relais config defaults` prints one.
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve a workspace.
    Serve(Serve),
    /// Serve the demo shop with a simulated phone; its data are in ./data.
    Demo(Listen),
    /// Play scripted conversations and compare.
    Test(crate::scenario::Args),
    /// Fold the log of a conversation and compare it with the stored state.
    Replay {
        /// Its id, or its #number.
        conversation: String,
    },
    /// Lists made from the log.
    Projections {
        #[command(subcommand)]
        command: Projections,
    },
    /// Check and publish a workspace from a folder of files.
    Import { folder: PathBuf },
    /// Write the published workspace as a folder of files.
    Export { folder: PathBuf },
    /// Settings.
    Config {
        #[command(subcommand)]
        command: Settings,
    },
    /// Check the audit log's chain against itself and the anchors, and all logs against states.
    Verify,
    /// Write everything but the master key into one file, also while the program runs.
    Backup {
        /// A file that is not there yet, or a folder.
        to: PathBuf,
    },
    /// Make a backup an installation again, where there is none yet.
    Restore(crate::commands::backup::Restore),
    /// Look for what could be wrong with this installation.
    Doctor,
    /// Judge messages from a file against a knowledge base from a file; needs no database.
    /// `relais nlu explain "…"` says in words what is understood.
    Nlu(crate::commands::nlu::Nlu),
    /// The connection to a language model.
    Model {
        #[command(subcommand)]
        command: Model,
    },
    /// Run the whole product in simulated worlds full of faults, one for each seed, and look for
    /// anything that must never happen.
    Simulate(crate::commands::simulate::Simulate),
    /// Accounts, from the machine itself.
    Admin {
        #[command(subcommand)]
        command: Admin,
    },
    /// Print the description of the API.
    Openapi,
}

#[derive(Args, Debug)]
pub struct Serve {
    #[command(flatten)]
    pub listen: Listen,
    /// Offer the test endpoint under /sandbox/v1 (never beside a live number).
    #[arg(long)]
    pub sandbox_api: bool,
}

#[derive(Args, Debug)]
pub struct Listen {
    /// Address and port to listen on.
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<std::net::SocketAddr>,
    /// `sqlite://PATH` or `postgres://…`.
    #[arg(long, value_name = "URL")]
    pub database: Option<String>,
}

#[derive(Debug, Subcommand)]
pub enum Projections {
    /// Compare every conversation with its log.
    Check,
    /// Make what differs again from the log.
    Rebuild,
}

#[derive(Debug, Subcommand)]
pub enum Settings {
    /// Read the settings and say what is wrong with them.
    Check,
    /// Print every setting with its default and meaning.
    Defaults,
}

#[derive(Debug, Subcommand)]
pub enum Model {
    /// Connect a model as a file says, and try it out. A key that is not given stays.
    Set {
        /// YAML; docs/ai.md shows the fields.
        file: PathBuf,
        /// A file with the provider's key.
        #[arg(long, value_name = "FILE")]
        key_file: Option<PathBuf>,
        /// A file with the key of the service that judges moods.
        #[arg(long, value_name = "FILE")]
        sentiment_key_file: Option<PathBuf>,
        /// A file with the key of the server that hears.
        #[arg(long, value_name = "FILE")]
        speech_key_file: Option<PathBuf>,
    },
    /// Print the connection without its keys.
    Show,
    /// Forget the connection and its keys.
    Remove,
}

#[derive(Debug, Subcommand)]
pub enum Admin {
    /// Print a fresh link to claim this instance; an earlier one stops working.
    ClaimLink,
    /// Read a password from the standard input and print its hash, for `owner_password_hash`.
    HashPassword,
    /// Let messages go out again after a restore. Of those on hold, agents' messages are asked for
    /// one by one in their conversations, and automatic ones are dropped: they may have been sent.
    ReleaseOutbox {
        /// Send everything on hold: for a database that was moved and never restored.
        #[arg(long, conflicts_with = "drop")]
        send: bool,
        /// Drop everything on hold.
        #[arg(long)]
        drop: bool,
    },
    /// Erase a person by phone number (+33…) or contact id; their conversations must be resolved.
    Erase { contact: String },
    /// Let conversations whose timers failed five times try again.
    ReleaseQuarantine,
    /// Seal all secrets under another master key; programs that run go on.
    RotateKey {
        /// Once all programs have been started again: the old key opens nothing any more.
        #[arg(long)]
        forget_old: bool,
    },
    /// Encrypt what was written before `encrypt_at_rest` was switched on: messages, notes, drafts,
    /// names, files, and the index of the search. Cut off, it is run again.
    Encrypt,
    /// Give a login a new password and end its sessions.
    ResetPassword { login: String },
}
