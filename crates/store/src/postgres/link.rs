//! One connection: its prepared statements, its values and its errors.

use crate::row::{Cols, Record, text_of};
use crate::sql::PLANNED_ANEW;
use crate::statement::{StmtId, Texts};
use crate::unit::{Op, Query};
use crate::value::Value;
use bytes::BytesMut;
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, TryStreamExt};
use relais_app::port::store::StoreError;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::{IsNull, ToSql, Type};
use tokio_postgres::{Client, Row, Statement};
use uuid::Uuid;

/// Why something on a connection did not work.
#[derive(Debug)]
pub(crate) enum Failed {
    /// Others were in the way (40001, 40P01): nothing was written, it may be tried again.
    Lost(String),
    Error(StoreError),
}

type Result<T> = std::result::Result<T, Failed>;

impl Failed {
    pub(crate) fn into_error(self) -> StoreError {
        match self {
            Self::Lost(text) => StoreError::Unavailable(text),
            Self::Error(error) => error,
        }
    }
}

pub(crate) struct Link {
    client: Client,
    texts: Arc<Texts>,
    statements: Vec<Option<Statement>>,
    /// In a transaction, or in a state nobody knows: not to be used again.
    is_dirty: bool,
}

impl Link {
    pub(crate) fn new(client: Client, texts: Arc<Texts>) -> Self {
        let statements = vec![None; texts.len()];
        Self { client, texts, statements, is_dirty: false }
    }

    pub(crate) fn is_usable(&self) -> bool {
        !self.is_dirty && !self.client.is_closed()
    }

    /// From here until [`Link::end`] the connection is of no use to others.
    pub(crate) fn begin_dirty(&mut self) {
        self.is_dirty = true;
    }

    pub(crate) async fn end(&mut self, sql: &str) -> Result<()> {
        self.batch(sql).await?;
        self.is_dirty = false;
        Ok(())
    }

    pub(crate) async fn batch(&self, sql: &str) -> Result<()> {
        self.client.batch_execute(sql).await.map_err(failed)
    }

    /// Tells whoever listens on a channel.
    pub(crate) async fn notify(&self, channel: &str, text: &str) -> Result<()> {
        let told = self.client.execute("SELECT pg_notify($1, $2)", &[&channel, &text]).await;
        told.map(|_| ()).map_err(failed)
    }

    pub(crate) async fn two_numbers(&self, sql: &str) -> Result<(i64, i64)> {
        let row = self.client.query_one(sql, &[]).await.map_err(failed)?;
        Ok((row.try_get(0).map_err(failed)?, row.try_get(1).map_err(failed)?))
    }

    pub(crate) async fn prepare(&mut self, ops: &[Op]) -> Result<()> {
        for op in ops {
            self.prepared(op.stmt).await?;
        }
        Ok(())
    }

    async fn prepared(&mut self, stmt: StmtId) -> Result<Statement> {
        let slot = self.texts.slot(stmt);
        if let Some(statement) = &self.statements[slot] {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(self.texts.text(slot)).await.map_err(failed)?;
        if PLANNED_ANEW.contains(&stmt) {
            return Ok(statement);
        }
        self.statements[slot] = Some(statement.clone());
        Ok(statement)
    }

    pub(crate) async fn list<T: Record>(&mut self, query: &Query<T>) -> Result<Vec<T>> {
        let statement = self.prepared(query.stmt).await?;
        check_count(query.stmt, &statement, &query.args)?;
        let rows = self.client.query_raw(&statement, &query.args).await.map_err(failed)?;
        let rows: Vec<Row> = rows.try_collect().await.map_err(failed)?;
        rows.iter().map(|row| T::read(&Columns(row)).map_err(Failed::Error)).collect()
    }

    /// Rows changed by a statement that was prepared.
    pub(crate) async fn execute(&self, op: &Op) -> Result<u64> {
        let statement = self.statements[self.texts.slot(op.stmt)]
            .as_ref()
            .expect("the unit was prepared before");
        check_count(op.stmt, statement, &op.args)?;
        self.client.execute_raw(statement, &op.args).await.map_err(failed)
    }

    /// Begins a transaction and sends all statements without waiting for one another.
    pub(crate) async fn execute_all(&self, ops: &[Op]) -> Result<Vec<u64>> {
        let begin = self.batch("BEGIN").map(|done| done.map(|()| 0)).boxed();
        let mut sent: Vec<BoxFuture<'_, Result<u64>>> = vec![begin];
        sent.extend(ops.iter().map(|op| self.execute(op).boxed()));
        let mut ends: Vec<Option<Result<u64>>> = sent.iter().map(|_| None).collect();
        // A request goes out when it is first polled, so polling in order sends in order.
        poll_fn(|context| {
            for (request, end) in sent.iter_mut().zip(&mut ends) {
                if end.is_none()
                    && let Poll::Ready(result) = request.poll_unpin(context)
                {
                    *end = Some(result);
                }
            }
            if ends.iter().all(Option::is_some) { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        // The first error is the cause; the transaction refuses all that follows it.
        ends.into_iter().flatten().skip(1).collect()
    }
}

fn check_count(stmt: StmtId, statement: &Statement, args: &[Value]) -> Result<()> {
    if statement.params().len() == args.len() {
        return Ok(());
    }
    Err(Failed::Error(StoreError::Bug(format!("{stmt:?}: {} values", args.len()))))
}

pub(crate) fn failed(error: tokio_postgres::Error) -> Failed {
    let Some(state) = error.code() else {
        // No answer of the server: the connection is gone, or a value did not fit its type.
        let text = with_cause(&error);
        return Failed::Error(if error.is_closed() || is_of_the_connection(&error) {
            StoreError::Unavailable(text)
        } else {
            StoreError::Bug(text)
        });
    };
    let text = with_cause(&error);
    if *state == SqlState::T_R_SERIALIZATION_FAILURE || *state == SqlState::T_R_DEADLOCK_DETECTED {
        return Failed::Lost(text);
    }
    if *state == SqlState::READ_ONLY_SQL_TRANSACTION {
        // A server that only follows: the one that writes is another, or will be.
        return Failed::Error(StoreError::Unavailable(text));
    }
    if *state == SqlState::DISK_FULL {
        return Failed::Error(StoreError::Full);
    }
    Failed::Error(match &state.code()[..2] {
        // Connection, transaction rollback, resources, operator, lock not available.
        "08" | "40" | "53" | "55" | "57" | "28" | "3D" => StoreError::Unavailable(text),
        // System and internal errors: the server itself is in doubt.
        "58" | "XX" => StoreError::Fatal(text),
        _ => StoreError::Bug(text),
    })
}

fn is_of_the_connection(error: &tokio_postgres::Error) -> bool {
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        if error.is::<std::io::Error>() {
            return true;
        }
        cause = error.source();
    }
    false
}

fn with_cause(error: &tokio_postgres::Error) -> String {
    match std::error::Error::source(error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}

impl ToSql for Value {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> std::result::Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(value) if *ty == Type::INT8 => value.to_sql(ty, out),
            Self::Text(value) | Self::Words(value) | Self::Content { text: value, .. }
                if *ty == Type::TEXT =>
            {
                value.to_sql(ty, out)
            }
            Self::Bytes(value) if *ty == Type::BYTEA => value.to_sql(ty, out),
            Self::Id(value) if *ty == Type::UUID => value.to_sql(ty, out),
            Self::Int(_)
            | Self::Text(_)
            | Self::Words(_)
            | Self::Content { .. }
            | Self::Bytes(_)
            | Self::Id(_) => Err(format!("{self:?} for a parameter of type {ty}").into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    tokio_postgres::types::to_sql_checked!();
}

struct Columns<'r>(&'r Row);

impl Cols for Columns<'_> {
    fn int(&self, index: usize) -> std::result::Result<Option<i64>, String> {
        self.0.try_get(index).map_err(text_of)
    }

    fn text(&self, index: usize) -> std::result::Result<Option<String>, String> {
        self.0.try_get(index).map_err(text_of)
    }

    fn bytes(&self, index: usize) -> std::result::Result<Option<Vec<u8>>, String> {
        self.0.try_get(index).map_err(text_of)
    }

    fn id(&self, index: usize) -> std::result::Result<Option<Uuid>, String> {
        self.0.try_get(index).map_err(text_of)
    }
}
