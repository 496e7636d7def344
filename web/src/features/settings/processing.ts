// The record of processing: what is stored, how long, and who receives it, as a page of its own that
// stands without this program.

export interface Section {
  title: string;
  lines: readonly (readonly string[])[];
}

const MARKS: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** What somebody chose as a name is text here. */
function text(value: string): string {
  return value.replace(/[&<>"]/g, (mark) => MARKS[mark] ?? mark);
}

export function recordPage(
  language: string,
  title: string,
  lead: string,
  sections: readonly Section[],
): string {
  const row = (cells: readonly string[]) =>
    `<tr>${cells.map((cell, i) => (i === 0 ? `<th scope="row">${text(cell)}</th>` : `<td>${text(cell)}</td>`)).join('')}</tr>`;
  const body = sections.map(
    (one) => `<h2>${text(one.title)}</h2>\n<table>\n${one.lines.map(row).join('\n')}\n</table>`,
  );
  return `<!doctype html>
<html lang="${text(language)}">
<meta charset="utf-8">
<title>${text(title)}</title>
<style>body{font:15px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%}th,td{border-top:1px solid #ccc;padding:.4rem .6rem;
text-align:start;vertical-align:top}th{font-weight:600;width:30%}</style>
<h1>${text(title)}</h1>
<p>${text(lead)}</p>
${body.join('\n')}
</html>
`;
}

/** Gives the browser a file to keep. */
export function keepFile(name: string, content: string): void {
  const url = URL.createObjectURL(new Blob([content], { type: 'text/html' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // After the browser has taken it.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
