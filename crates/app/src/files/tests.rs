use super::*;

fn demo() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../demo/maison-lumiere")
}

fn texts_of_demo() -> BTreeMap<String, String> {
    let texts = NAMES.iter().map(|name| {
        let path = demo().join(file_name(name));
        ((*name).to_owned(), std::fs::read_to_string(path).unwrap())
    });
    texts.collect()
}

#[test]
fn the_demo_reads_and_survives_writing() {
    let document = import(&demo()).unwrap();
    let written = write(&document).unwrap();
    assert_eq!(read(&written).unwrap(), document);
}

#[test]
fn an_unknown_key_names_file_and_line() {
    let mut files = texts_of_demo();
    let teams = files["teams"].replace("tier: 2", "teir: 2");
    files.insert("teams".to_owned(), teams);
    let errors = read(&files).unwrap_err();
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].file, Path::new("teams.yaml"));
    assert!(
        errors[0].reason.contains("teir") && errors[0].reason.contains("line"),
        "{}",
        errors[0]
    );
}

#[test]
fn all_errors_are_told_at_once() {
    let mut files = texts_of_demo();
    files.remove("flow");
    files.insert("hours".to_owned(), "teams: []".to_owned());
    files.insert("prices".to_owned(), "prices: []".to_owned());
    files.insert("tags".to_owned(), "tags: [a]\nmore: 1".to_owned());
    let errors = read(&files).unwrap_err();
    let named: Vec<String> = errors.iter().map(|e| e.file.to_string_lossy().into_owned()).collect();
    assert_eq!(named, ["hours.yaml", "flow.yaml", "tags.yaml", "prices.yaml"]);
}

#[test]
fn parts_that_may_be_missing_are_empty() {
    let mut files = texts_of_demo();
    for name in ["agents", "knowledge", "orders", "contacts", "snippets", "templates", "tags"] {
        files.remove(name);
    }
    let document = read(&files).unwrap();
    assert!(document.agents.is_empty() && document.orders.table.is_empty());
}
