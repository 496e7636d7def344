import { type RefObject, useLayoutEffect, useState } from 'react';

const SPARE = 8;

/** The rows in sight of a list whose rows are all equally high, with some spare on both sides. */
export function rowsInSight(top: number, height: number, row: number, count: number) {
  const first = Math.max(0, Math.floor(top / row) - SPARE);
  const last = Math.min(count, Math.ceil((top + height) / row) + SPARE);
  return { first, last: Math.max(first, last) };
}

export function useWindow(
  scroller: RefObject<HTMLElement | null>,
  count: number,
  isReady: boolean,
) {
  const [view, setView] = useState({ top: 0, height: 800, row: 76 });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the scroller appears when the list is ready
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const read = () =>
      setView({ top: element.scrollTop, height: element.clientHeight, row: rowHeight() });
    read();
    const observer = new ResizeObserver(read);
    observer.observe(element);
    element.addEventListener('scroll', read, { passive: true });
    // A change of density changes the rows and not the list.
    addEventListener('resize', read);
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', read);
      removeEventListener('resize', read);
    };
  }, [scroller, isReady]);

  const show = (index: number) => {
    const element = scroller.current;
    if (!element) return;
    const start = index * view.row;
    if (start < element.scrollTop) element.scrollTop = start;
    else if (start + view.row > element.scrollTop + element.clientHeight) {
      element.scrollTop = start + view.row - element.clientHeight;
    }
  };
  return { ...rowsInSight(view.top, view.height, view.row, count), row: view.row, show };
}

/** The row height of the tokens, in pixels of this screen. */
function rowHeight(): number {
  const style = getComputedStyle(document.documentElement);
  const rem = Number.parseFloat(style.fontSize) || 16;
  const value = style.getPropertyValue('--row-list').trim();
  return (Number.parseFloat(value) || 4.75) * (value.endsWith('rem') ? rem : 1);
}
