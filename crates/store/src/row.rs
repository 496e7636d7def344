//! Typed reads, written once for both databases: a row is columns by index, a record is its
//! fields in the order of its columns.

use crate::value::{Value, class_of_word, delivery_of_rank, media_of_word, state_of_word};
use relais_app::at_rest::Ring;
use relais_app::port::store::{MediaState, OutboxClass, OutboxState, Result, StoreError};
use relais_core::id::{
    ChannelId, ContactId, ConversationId, EscalationId, MessageId, UserId, WorkspaceId,
};
use relais_core::message::Delivery;
use relais_core::time::Timestamp;
use uuid::Uuid;

/// Columns of one row, by index; NULL is `None`. The error is a text for people.
pub(crate) trait Cols {
    fn int(&self, index: usize) -> std::result::Result<Option<i64>, String>;
    fn text(&self, index: usize) -> std::result::Result<Option<String>, String>;
    fn bytes(&self, index: usize) -> std::result::Result<Option<Vec<u8>>, String>;
    fn id(&self, index: usize) -> std::result::Result<Option<Uuid>, String>;
}

/// A row that was taken out of its statement.
#[derive(Clone, Debug)]
pub(crate) struct OwnedRow(pub(crate) Vec<Value>);

impl Cols for OwnedRow {
    fn int(&self, index: usize) -> std::result::Result<Option<i64>, String> {
        match self.0.get(index) {
            Some(Value::Int(value)) => Ok(Some(*value)),
            Some(Value::Null) => Ok(None),
            other => Err(format!("{other:?} is no integer")),
        }
    }

    fn text(&self, index: usize) -> std::result::Result<Option<String>, String> {
        match self.0.get(index) {
            Some(Value::Text(value)) => Ok(Some(value.clone())),
            Some(Value::Null) => Ok(None),
            other => Err(format!("{other:?} is no text")),
        }
    }

    fn bytes(&self, index: usize) -> std::result::Result<Option<Vec<u8>>, String> {
        match self.0.get(index) {
            Some(Value::Bytes(value)) => Ok(Some(value.clone())),
            Some(Value::Null) => Ok(None),
            other => Err(format!("{other:?} is no byte string")),
        }
    }

    fn id(&self, index: usize) -> std::result::Result<Option<Uuid>, String> {
        match self.0.get(index) {
            Some(Value::Id(value)) => Ok(Some(*value)),
            Some(Value::Bytes(value)) => Uuid::from_slice(value).map(Some).map_err(text_of),
            Some(Value::Null) => Ok(None),
            other => Err(format!("{other:?} is no id")),
        }
    }
}

/// A type that one column holds.
pub(crate) trait Field: Sized {
    fn read(cols: &dyn Cols, index: usize) -> std::result::Result<Option<Self>, String>;
}

/// A type that a whole row gives.
pub(crate) trait Record: Sized + Send + 'static {
    /// For error texts.
    const TABLE: &'static str;
    fn read(cols: &dyn Cols) -> Result<Self>;
    /// Opens what is sealed in it.
    fn open(&mut self, _ring: &Ring) -> Result<()> {
        Ok(())
    }
}

/// A field that may hold a sealed text.
pub(crate) trait Sealable {
    fn text(&mut self) -> Option<&mut String>;
}

impl Sealable for String {
    fn text(&mut self) -> Option<&mut String> {
        Some(self)
    }
}

impl Sealable for Option<String> {
    fn text(&mut self) -> Option<&mut String> {
        self.as_mut()
    }
}

/// Opens a field in its place, table and column.
pub(crate) fn sealed(
    field: &mut impl Sealable,
    ring: &Ring,
    table: &'static str,
    place: &'static str,
) -> Result<()> {
    let Some(text) = field.text() else { return Ok(()) };
    let opened = ring
        .open(place, text)
        .map_err(|error| StoreError::Inconsistent { table, detail: format!("{place}: {error}") })?;
    if let Some(opened) = opened {
        *text = opened;
    }
    Ok(())
}

/// A column that may be NULL.
impl<T: Field> Field for Option<T> {
    fn read(cols: &dyn Cols, index: usize) -> std::result::Result<Option<Self>, String> {
        T::read(cols, index).map(Some)
    }
}

/// One field of a record; `None` of a type that is no `Option` is an unexpected NULL.
pub(crate) fn slot<T: Field>(
    cols: &dyn Cols,
    index: usize,
    table: &'static str,
    column: &str,
) -> Result<T> {
    T::read(cols, index)
        .and_then(|field| field.ok_or_else(|| "unexpected NULL".to_owned()))
        .map_err(|error| StoreError::Inconsistent {
            table,
            detail: format!("column {column}: {error}"),
        })
}

/// Declares how a port row is read: its columns, in the order of the fields, with the word `sealed`
/// behind those written with `content`. Gives the record and the column list (the word `{Type}` in
/// a statement).
macro_rules! record {
    ($table:literal, $columns:ident, $row:ident {
        $($field:ident : $column:literal $($sealed:ident)?),+ $(,)?
    }) => {
        pub(crate) const $columns: &[&str] = &[$($column),+];

        impl $crate::row::Record for $row {
            const TABLE: &'static str = $table;
            fn read(cols: &dyn $crate::row::Cols) -> relais_app::port::store::Result<Self> {
                let mut index = 0..;
                $(let $field = $crate::row::slot(
                    cols, index.next().unwrap_or_default(), $table, $column)?;)+
                Ok(Self { $($field),+ })
            }
            fn open(
                &mut self,
                ring: &relais_app::at_rest::Ring,
            ) -> relais_app::port::store::Result<()> {
                // Most rows have nothing to open.
                let _ = ring;
                $($($crate::row::$sealed(
                    &mut self.$field, ring, $table, concat!($table, ".", $column))?;)?)+
                Ok(())
            }
        }
    };
}
pub(crate) use record;

macro_rules! tuple_records {
    ($(($($name:ident $index:tt),+))+) => {$(
        impl<$($name: Field + Send + 'static),+> Record for ($($name,)+) {
            const TABLE: &'static str = "a query";
            fn read(cols: &dyn Cols) -> Result<Self> {
                Ok(($(slot::<$name>(cols, $index, Self::TABLE, stringify!($index))?,)+))
            }
        }
    )+};
}

tuple_records! {
    (A 0)
    (A 0, B 1)
    (A 0, B 1, C 2)
}

impl Field for i64 {
    fn read(cols: &dyn Cols, index: usize) -> std::result::Result<Option<Self>, String> {
        cols.int(index)
    }
}

impl Field for bool {
    fn read(cols: &dyn Cols, index: usize) -> std::result::Result<Option<Self>, String> {
        Ok(cols.int(index)?.map(|value| value != 0))
    }
}

impl Field for String {
    fn read(cols: &dyn Cols, index: usize) -> std::result::Result<Option<Self>, String> {
        cols.text(index)
    }
}

impl Field for Vec<u8> {
    fn read(cols: &dyn Cols, index: usize) -> std::result::Result<Option<Self>, String> {
        cols.bytes(index)
    }
}

impl Field for Uuid {
    fn read(cols: &dyn Cols, index: usize) -> std::result::Result<Option<Self>, String> {
        cols.id(index)
    }
}

impl Field for Timestamp {
    fn read(cols: &dyn Cols, index: usize) -> std::result::Result<Option<Self>, String> {
        Ok(cols.int(index)?.map(Self::from_micros))
    }
}

impl Field for Delivery {
    fn read(cols: &dyn Cols, index: usize) -> std::result::Result<Option<Self>, String> {
        let Some(rank) = cols.int(index)? else { return Ok(None) };
        delivery_of_rank(rank).map(Some).ok_or_else(|| format!("{rank} is no delivery"))
    }
}

impl Field for OutboxClass {
    fn read(cols: &dyn Cols, index: usize) -> std::result::Result<Option<Self>, String> {
        let Some(word) = cols.text(index)? else { return Ok(None) };
        class_of_word(&word).map(Some).ok_or_else(|| format!("`{word}` is no class"))
    }
}

impl Field for MediaState {
    fn read(cols: &dyn Cols, index: usize) -> std::result::Result<Option<Self>, String> {
        let Some(word) = cols.text(index)? else { return Ok(None) };
        media_of_word(&word).map(Some).ok_or_else(|| format!("`{word}` is no state of a file"))
    }
}

impl Field for OutboxState {
    fn read(cols: &dyn Cols, index: usize) -> std::result::Result<Option<Self>, String> {
        let Some(word) = cols.text(index)? else { return Ok(None) };
        state_of_word(&word).map(Some).ok_or_else(|| format!("`{word}` is no state"))
    }
}

macro_rules! id_fields {
    ($($id:ident),+) => {$(
        impl Field for $id {
            fn read(cols: &dyn Cols, index: usize) -> std::result::Result<Option<Self>, String> {
                Ok(cols.id(index)?.map(Self))
            }
        }
    )+};
}

id_fields!(WorkspaceId, ChannelId, ContactId, ConversationId, EscalationId, MessageId, UserId);

/// The text of an error, for [`StoreError::Inconsistent`].
pub(crate) fn text_of(error: impl std::fmt::Display) -> String {
    error.to_string()
}
