//! The program: reads the command line and the settings, and hands over.

use clap::Parser as _;
use relais::cli::{Admin, Cli, Command, Listen, Projections, Settings};
use relais::config::{Config, DEFAULTS};
use relais::startup::Refusal;
use relais::wiring::channels::Mode;
use relais::{commands, logging, serve, test};
use relais_app::port::store::Released;
use std::process::ExitCode;

/// A sixth of the time under load went into the C library's allocator (docs/PERFORMANCE.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// For refusals; 1 is "looked and found something".
const REFUSED: u8 = 2;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let result = match runtime {
        Ok(runtime) => {
            let result = runtime.block_on(run(cli));
            // Nothing that is still waiting may hold the process.
            runtime.shutdown_background();
            result
        }
        Err(error) => Err(Refusal::new(format!("no threads can be started: {error}"), "try again")),
    };
    result.unwrap_or_else(|refusal| {
        eprintln!("relais: {refusal}");
        ExitCode::from(REFUSED)
    })
}

async fn run(cli: Cli) -> Result<ExitCode, Refusal> {
    let file = cli.config.as_deref();
    let settings = || Config::load(file);
    match cli.command {
        Command::Openapi => {
            let document = relais_api::openapi();
            let json = document.to_pretty_json().map_err(|e| Refusal::new(e, "report it"))?;
            println!("{json}");
        }
        Command::Config { command: Settings::Defaults } => print!("{DEFAULTS}"),
        Command::Config { command: Settings::Check } => {
            let config = settings()?;
            println!("the settings can be used; database {}", scheme(&config));
        }
        Command::Serve(args) => {
            let mode = if args.sandbox_api { Mode::Sandbox } else { Mode::Serve };
            serve(with(settings()?, args.listen), mode).await?;
        }
        Command::Demo(listen) => {
            let mut config = with(settings()?, listen);
            if config.database.is_empty() {
                let path = config.data_dir.join("demo.db");
                config.database = format!("sqlite://{}", path.display());
            }
            serve(config, Mode::Demo).await?;
        }
        Command::Test(args) => return test::run(&args).await,
        Command::Replay { conversation } => {
            return commands::log::replay(&settings()?, &conversation).await;
        }
        Command::Projections { command: Projections::Check } => {
            return commands::log::check(&settings()?).await;
        }
        Command::Projections { command: Projections::Rebuild } => {
            return commands::log::rebuild(&settings()?).await;
        }
        Command::Import { folder } => commands::transfer::import(&settings()?, &folder).await?,
        Command::Export { folder } => commands::transfer::export(&settings()?, &folder).await?,
        Command::Verify => return commands::log::verify(&settings()?).await,
        Command::Backup { to } => return commands::backup::run(&settings()?, &to).await,
        Command::Restore(args) => return commands::backup::restore(&settings()?, &args).await,
        Command::Doctor => return commands::doctor::run(&settings()?).await,
        Command::Nlu(args) => commands::nlu::run(args)?,
        Command::Model { command } => commands::model::run(&settings()?, command).await?,
        Command::Simulate(args) => return commands::simulate::run(&args).await,
        Command::Admin { command: Admin::ClaimLink } => {
            commands::admin::claim_link(&settings()?).await?;
        }
        Command::Admin { command: Admin::ReleaseOutbox { send, drop } } => {
            let then = match (send, drop) {
                (true, _) => Released::Sent,
                (false, true) => Released::Dropped,
                (false, false) => Released::Asked,
            };
            commands::admin::release_outbox(&settings()?, then).await?;
        }
        Command::Admin { command: Admin::Erase { contact } } => {
            commands::admin::erase(&settings()?, &contact).await?;
        }
        Command::Admin { command: Admin::ReleaseQuarantine } => {
            commands::admin::release_quarantine(&settings()?).await?;
        }
        Command::Admin { command: Admin::RotateKey { forget_old } } => {
            commands::rotate::run(&settings()?, forget_old).await?;
        }
        Command::Admin { command: Admin::HashPassword } => {
            commands::admin::hash_password().await?;
        }
        Command::Admin { command: Admin::Encrypt } => commands::encrypt::run(&settings()?).await?,
        Command::Admin { command: Admin::ResetPassword { login } } => {
            commands::admin::reset_password(&settings()?, &login).await?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn serve(config: Config, mode: Mode) -> Result<(), Refusal> {
    logging::start(&config)?;
    serve::run(config, mode).await
}

fn with(mut config: Config, args: Listen) -> Config {
    config.listen = args.listen.unwrap_or(config.listen);
    config.database = args.database.unwrap_or(config.database);
    config
}

/// Never the address: it may hold a password.
fn scheme(config: &Config) -> String {
    config.database_url().split(':').next().unwrap_or_default().to_owned()
}
