import { Fragment } from 'react';
import { type Mark, pieces } from '../../lib/text.ts';

/** Rules whose evidence is a mood, not a topic: amber instead of the sensitive tint. */
const MOOD = /^(sentiment|failures|keyword|manual|vip|hours)/;

/** Text as text nodes, with the evidence of the rules underlined. */
export function MessageText({ text, marks }: { text: string; marks: readonly Mark[] }) {
  return pieces(text, marks).map((piece) =>
    piece.mark ? (
      <mark
        key={piece.at}
        className={piece.mark.fired ? (MOOD.test(piece.mark.rule) ? 'warn' : '') : 'none'}
      >
        {piece.text}
      </mark>
    ) : (
      <Fragment key={piece.at}>{piece.text}</Fragment>
    ),
  );
}
