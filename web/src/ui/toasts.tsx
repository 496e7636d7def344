import { Check } from 'lucide-react';
import { useSyncExternalStore } from 'react';

const SHOWN_MS = 4_000;

let current: { key: number; text: string } | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

function set(next: typeof current): void {
  current = next;
  for (const listener of listeners) listener();
}

/** Something finished. What lasts is a banner, never a toast. */
export function say(text: string): void {
  clearTimeout(timer);
  set({ key: (current?.key ?? 0) + 1, text });
  timer = setTimeout(() => set(null), SHOWN_MS);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function Toasts() {
  const toast = useSyncExternalStore(subscribe, () => current);
  return (
    <div className="toasts" role="status">
      {toast && (
        <div className="tst" key={toast.key}>
          <Check className="i" />
          {toast.text}
        </div>
      )}
    </div>
  );
}
