import '../../styles/keys.css';
import { RotateCcw } from 'lucide-react';
import { type KeyboardEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import {
  type Command,
  holderOf,
  isRemapped,
  keyOf,
  pressedKey,
  resetKeys,
  SHORTCUTS,
  setKey,
  shownKey,
} from '../../lib/keys.ts';
import { Button } from '../../ui/button.tsx';
import { Modal } from '../../ui/modal.tsx';

/** Every shortcut; those of one key can be put on another, or off. */
export function KeysHelp({
  open,
  onOpenChange,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  const t = useTranslations();
  const [editing, setEditing] = useState<string | null>(null);
  const [taken, setTaken] = useState<Command['name'] | null>(null);
  const stop = () => {
    setEditing(null);
    setTaken(null);
  };
  const onKey = (event: KeyboardEvent, name: string) => {
    if (event.key === 'Tab') return stop();
    event.preventDefault();
    event.stopPropagation();
    if (event.key === 'Escape') return stop();
    if (event.key === 'Backspace' || event.key === 'Delete') {
      setKey(name, 'off');
      return stop();
    }
    const key = pressedKey(event.nativeEvent);
    if (key === null || key === 'g') return;
    const holder = holderOf(key, name);
    setTaken(holder);
    if (holder !== null) return;
    const own = SHORTCUTS.find((one) => one.name === name)?.key;
    setKey(name, key === own ? null : key);
    stop();
  };
  return (
    <Modal open={open} onOpenChange={onOpenChange} title={t('keys.title')} lead={t('keys.lead')}>
      <dl className="keys">
        {SHORTCUTS.map(({ name, key, shown }) => {
          const now = keyOf(name);
          const isOwn = now === key;
          // Two keys in a row, and those a field or a list handles, stay as they are.
          const canMove = key !== null && !key.includes(' ');
          return (
            <div key={name} className="keyrow">
              <dt>{t(`keys.${name}`)}</dt>
              <dd>
                {editing === name ? (
                  <button
                    type="button"
                    className="btn s"
                    // biome-ignore lint/a11y/noAutofocus: it waits for the key
                    autoFocus
                    onKeyDown={(event) => onKey(event, name)}
                    onBlur={stop}
                  >
                    {taken ? t('keys.taken', { name: t(`keys.${taken}`) }) : t('keys.press')}
                  </button>
                ) : canMove ? (
                  <button
                    type="button"
                    className="keyb"
                    aria-label={t('keys.change', { name: t(`keys.${name}`) })}
                    onClick={() => setEditing(name)}
                  >
                    {isOwn ? (
                      shown.map((one) => <kbd key={one}>{one}</kbd>)
                    ) : (
                      <kbd className={now === null ? 't3' : 'own'}>
                        {now === null ? t('keys.off') : shownKey(now)}
                      </kbd>
                    )}
                  </button>
                ) : (
                  shown.map((one) => <kbd key={one}>{one}</kbd>)
                )}
              </dd>
            </div>
          );
        })}
      </dl>
      {isRemapped() && (
        <div className="row dlgf pad">
          <Button
            size="s"
            onClick={() => {
              resetKeys();
              stop();
              onOpenChange(false);
            }}
          >
            <RotateCcw className="i i14" />
            {t('keys.reset')}
          </Button>
        </div>
      )}
    </Modal>
  );
}
