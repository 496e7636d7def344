//! A connection: its settings, its prepared statements, its values and its errors.

use super::room;
use crate::row::{Cols, OwnedRow, Record, text_of};
use crate::statement::{StmtId, Texts};
use crate::value::Value;
use crate::{Durability, Options};
use relais_app::port::store::{Result, StoreError};
use relais_core::broken::is_missing;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags, PrepFlags, Statement, ToSql};
use std::path::Path;
use uuid::Uuid;

/// `SQLITE_IOERR_SHMSIZE`: no room for the index of the WAL; nothing was written.
const NO_ROOM_FOR_SHM: i32 = 0x130A;
/// `SQLITE_IOERR_WRITE`: a write failed, and not for `ENOSPC`.
const WRITE_REFUSED: i32 = 0x030A;

pub(crate) fn open_writer(path: &Path, options: Options) -> Result<Connection> {
    let connection = Connection::open(path).map_err(error)?;
    common(&connection)?;
    set(&connection, "journal_mode", "WAL")?;
    set(&connection, "synchronous", synchronous(options))?;
    set(&connection, "foreign_keys", "ON")?;
    set(&connection, "cache_size", "-32000")?;
    // Done by `checkpoint`, where an error is seen.
    set(&connection, "wal_autocheckpoint", "0")?;
    Ok(connection)
}

/// For the thread that writes the WAL back; the database exists and is one with a WAL.
pub(crate) fn open_checkpointer(path: &Path, options: Options) -> Result<Connection> {
    let connection = Connection::open(path).map_err(error)?;
    common(&connection)?;
    set(&connection, "synchronous", synchronous(options))?;
    set(&connection, "wal_autocheckpoint", "0")?;
    Ok(connection)
}

fn synchronous(options: Options) -> &'static str {
    match options.durability {
        Durability::Full => "FULL",
        Durability::Off => "OFF",
    }
}

pub(crate) fn open_reader(path: &Path) -> Result<Connection> {
    // Write access to the file lets a reader recover the WAL; `query_only` keeps it from more.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(error)?;
    common(&connection)?;
    set(&connection, "query_only", "ON")?;
    set(&connection, "cache_size", "-8000")?;
    Ok(connection)
}

fn common(connection: &Connection) -> Result<()> {
    set(connection, "busy_timeout", "5000")?;
    set(connection, "trusted_schema", "OFF")?;
    set(connection, "temp_store", "MEMORY")
}

fn set(connection: &Connection, pragma: &str, value: &str) -> Result<()> {
    connection.pragma_update(None, pragma, value).map_err(error)
}

/// What an error means. Called for statements and commits alike: an error that is none of ours
/// and no full disk is fatal, the file is recovered by opening it again (R14).
pub(crate) fn error(error: rusqlite::Error) -> StoreError {
    let rusqlite::Error::SqliteFailure(failure, _) = &error else {
        return StoreError::Bug(error.to_string());
    };
    let text = format!("{error} (SQLite {})", failure.extended_code);
    match failure.code {
        ErrorCode::DiskFull if !is_missing("R13") => StoreError::Full,
        ErrorCode::SystemIoFailure if failure.extended_code == NO_ROOM_FOR_SHM => StoreError::Full,
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => StoreError::Unavailable(text),
        ErrorCode::ConstraintViolation
        | ErrorCode::TypeMismatch
        | ErrorCode::TooBig
        | ErrorCode::ApiMisuse
        | ErrorCode::ParameterOutOfRange
        | ErrorCode::SchemaChanged
        | ErrorCode::Unknown => StoreError::Bug(text),
        _ => StoreError::Fatal(text),
    }
}

/// What an error of a connection that may have been writing means: a write that the file system
/// refuses for want of room is a full disk, whatever it says (R13).
pub(crate) fn error_of(connection: &Connection, failed: rusqlite::Error) -> StoreError {
    let is_refused = matches!(&failed, rusqlite::Error::SqliteFailure(failure, _)
        if failure.extended_code == WRITE_REFUSED);
    match connection.path() {
        Some(path) if is_refused && room::is_refused(Path::new(path)) => StoreError::Full,
        _ => error(failed),
    }
}

/// The statements of a connection, prepared when first used.
pub(crate) struct Prepared<'c> {
    connection: &'c Connection,
    texts: &'c Texts,
    statements: Vec<Option<Statement<'c>>>,
}

impl<'c> Prepared<'c> {
    pub(crate) fn new(connection: &'c Connection, texts: &'c Texts) -> Self {
        let statements = std::iter::repeat_with(|| None).take(texts.len()).collect();
        Self { connection, texts, statements }
    }

    /// Rows changed.
    pub(crate) fn execute(&mut self, stmt: StmtId, args: &[Value]) -> Result<usize> {
        let connection = self.connection;
        self.bound(stmt, args)?.raw_execute().map_err(|failed| error_of(connection, failed))
    }

    pub(crate) fn list<T: Record>(&mut self, stmt: StmtId, args: &[Value]) -> Result<Vec<T>> {
        let mut rows = self.bound(stmt, args)?.raw_query();
        let mut found = Vec::new();
        while let Some(row) = rows.next().map_err(error)? {
            found.push(T::read(&Columns(row))?);
        }
        Ok(found)
    }

    pub(crate) fn rows(&mut self, stmt: StmtId, args: &[Value]) -> Result<Vec<OwnedRow>> {
        let connection = self.connection;
        let statement = self.bound(stmt, args)?;
        let columns = statement.column_count();
        let mut rows = statement.raw_query();
        let mut found = Vec::new();
        while let Some(row) = rows.next().map_err(|failed| error_of(connection, failed))? {
            let values = (0..columns).map(|index| owned(row, index)).collect::<Result<_>>()?;
            found.push(OwnedRow(values));
        }
        Ok(found)
    }

    fn bound(&mut self, stmt: StmtId, args: &[Value]) -> Result<&mut Statement<'c>> {
        let slot = self.texts.slot(stmt);
        let cached = &mut self.statements[slot];
        let statement = match cached {
            Some(statement) => statement,
            None => cached.insert(
                self.connection
                    .prepare_with_flags(self.texts.text(slot), PrepFlags::SQLITE_PREPARE_PERSISTENT)
                    .map_err(error)?,
            ),
        };
        if statement.parameter_count() != args.len() {
            return Err(StoreError::Bug(format!("{stmt:?}: {} values", args.len())));
        }
        for (index, value) in args.iter().enumerate() {
            statement.raw_bind_parameter(index + 1, value).map_err(error)?;
        }
        Ok(statement)
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(value) => ValueRef::Integer(*value),
            Self::Text(value) | Self::Words(value) | Self::Content { text: value, .. } => {
                ValueRef::Text(value.as_bytes())
            }
            Self::Bytes(value) => ValueRef::Blob(value),
            Self::Id(value) => ValueRef::Blob(value.as_bytes()),
        }))
    }
}

fn owned(row: &rusqlite::Row<'_>, index: usize) -> Result<Value> {
    Ok(match row.get_ref(index).map_err(error)? {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(value) => Value::Int(value),
        ValueRef::Text(value) => Value::Text(String::from_utf8_lossy(value).into_owned()),
        ValueRef::Blob(value) => Value::Bytes(value.to_vec()),
        ValueRef::Real(value) => return Err(StoreError::Bug(format!("a real number {value}"))),
    })
}

struct Columns<'r, 's>(&'r rusqlite::Row<'s>);

impl Cols for Columns<'_, '_> {
    fn int(&self, index: usize) -> std::result::Result<Option<i64>, String> {
        self.0.get(index).map_err(text_of)
    }

    fn text(&self, index: usize) -> std::result::Result<Option<String>, String> {
        self.0.get(index).map_err(text_of)
    }

    fn bytes(&self, index: usize) -> std::result::Result<Option<Vec<u8>>, String> {
        self.0.get(index).map_err(text_of)
    }

    fn id(&self, index: usize) -> std::result::Result<Option<Uuid>, String> {
        match self.0.get_ref(index).map_err(text_of)? {
            ValueRef::Null => Ok(None),
            ValueRef::Blob(value) => Uuid::from_slice(value).map(Some).map_err(text_of),
            other => Err(format!("{:?} is no id", other.data_type())),
        }
    }
}
