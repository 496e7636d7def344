// Tells someone who looks elsewhere that a customer waits: a short sound, a mark on the tab's icon.
import { useEffect, useRef } from 'react';
import plain from '../assets/favicon.svg';
import badged from '../assets/favicon-badge.svg';
import { isNotifying, isSoundOn } from './alert-prefs.ts';

let audio: AudioContext | null = null;

/** Two notes, made here: no file to fetch. Browsers stay silent until the page was touched once. */
export async function chime(): Promise<void> {
  try {
    audio ??= new AudioContext();
    if (audio.state === 'suspended') await audio.resume();
    const start = audio.currentTime;
    for (const [i, pitch] of [660, 880].entries()) {
      const at = start + i * 0.13;
      const tone = audio.createOscillator();
      const volume = audio.createGain();
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0, at);
      volume.gain.linearRampToValueAtTime(0.08, at + 0.015);
      volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.28);
      tone.connect(volume).connect(audio.destination);
      tone.start(at);
      tone.stop(at + 0.3);
    }
  } catch {
    // A machine without sound still has the count in the title.
  }
}

export interface Notice {
  title: string;
  text: (waiting: number) => string;
  open: () => void;
  /** Left alone: neither sound nor notice; the mark on the icon stays. */
  isQuiet: () => boolean;
}

/** `waiting` is null until it is known: the first count of a page is no news. */
export function useAlert(waiting: number | null, notice: Notice): void {
  const before = useRef<number | null>(null);
  const latest = useRef(notice);
  latest.current = notice;
  useEffect(() => {
    if (waiting === null) return;
    const isNews = before.current !== null && waiting > before.current;
    if (isNews && !latest.current.isQuiet()) {
      if (isSoundOn()) void chime();
      if (document.hidden && isNotifying()) show(latest.current, waiting);
    }
    before.current = waiting;
    const icon = document.querySelector<HTMLLinkElement>('link[rel=icon]');
    if (icon) icon.href = waiting > 0 ? badged : plain;
  }, [waiting]);
}

/** One notice at a time, whatever the number of tabs: the newest takes the place of the last. */
function show({ title, text, open }: Notice, waiting: number): void {
  const shown = new Notification(title, { body: text(waiting), tag: 'relais-queue' });
  shown.onclick = () => {
    window.focus();
    shown.close();
    open();
  };
}
