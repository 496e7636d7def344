import { type RefObject, useEffect, useRef, useState } from 'react';

const holdsFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;

/**
 * Takes files that are dropped anywhere on the pane around `inside`; tells whether some are held
 * over it. Dropped elsewhere they do nothing: by itself the browser would leave the page for them.
 */
export function useFileDrop(
  inside: RefObject<HTMLElement | null>,
  isOn: boolean,
  take: (files: File[]) => void,
): boolean {
  const [isOver, setOver] = useState(false);
  const latest = useRef(take);
  latest.current = take;
  useEffect(() => {
    const isHere = ({ target }: DragEvent) =>
      isOn &&
      target instanceof Node &&
      (inside.current?.closest('.pane')?.contains(target) ?? false);
    const onOver = (event: DragEvent) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      const isTaken = isHere(event);
      if (event.dataTransfer) event.dataTransfer.dropEffect = isTaken ? 'copy' : 'none';
      setOver(isTaken);
    };
    const onLeave = (event: DragEvent) => {
      // Out of the window; from one element to the next is no way out.
      if (event.relatedTarget === null) setOver(false);
    };
    const onDrop = (event: DragEvent) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      setOver(false);
      if (isHere(event)) latest.current([...(event.dataTransfer?.files ?? [])]);
    };
    addEventListener('dragover', onOver);
    addEventListener('dragleave', onLeave);
    addEventListener('drop', onDrop);
    return () => {
      removeEventListener('dragover', onOver);
      removeEventListener('dragleave', onLeave);
      removeEventListener('drop', onDrop);
      setOver(false);
    };
  }, [inside, isOn]);
  return isOver;
}
