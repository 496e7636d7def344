import { Fragment } from 'react';
import { keepPrices, type Mark, pieces, toneOf } from '../../lib/text.ts';

/** Text as text nodes, with the evidence of the rules underlined. */
export function MessageText({ text, marks }: { text: string; marks: readonly Mark[] }) {
  return pieces(keepPrices(text), marks).map((piece) =>
    piece.mark ? (
      <mark key={piece.at} className={piece.mark.fired ? toneOf(piece.mark.rule) : 'none'}>
        {piece.text}
      </mark>
    ) : (
      <Fragment key={piece.at}>{piece.text}</Fragment>
    ),
  );
}
