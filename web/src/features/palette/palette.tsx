import '../../styles/palette.css';
import { Dialog } from '@base-ui/react/dialog';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Search } from 'lucide-react';
import {
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react';
import { flushSync } from 'react-dom';
import { conversationsQuery, macrosQuery } from '../../api/queries.ts';
import type { View } from '../../api/types.ts';
import { useWords } from '../../lib/i18n.ts';
import { boundCommands, type Command } from '../../lib/keys.ts';
import { callMacro } from '../../lib/macros.ts';
import { formatPhone } from '../../lib/text.ts';
import { useQuickFocus } from '../../ui/use-quick-focus.ts';
import { ViewCount } from '../../ui/view-count.tsx';
import { matches } from './match.ts';

interface Props {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  views: readonly View[];
  viewName: (view: View) => string;
}

interface Item {
  key: string;
  label: ReactNode;
  end: ReactNode;
  run: () => void;
}

const MOST = 6;

/** One field for everything: what can be done here, the views, the conversations. */
export function Palette({ open, onOpenChange, views, viewName }: Props) {
  const { t } = useWords();
  const field = useRef<HTMLInputElement>(null);
  const focus = useQuickFocus(open, () => field.current);
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Backdrop className="scrim" />
        <Dialog.Popup className="dlg palette" {...focus}>
          <Dialog.Title className="sr">{t('palette.title')}</Dialog.Title>
          <Finder
            views={views}
            viewName={viewName}
            field={field}
            onChoose={(run) => {
              // The focus is back first: what was chosen may take it elsewhere.
              flushSync(() => onOpenChange(false));
              run();
            }}
          />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Finder({
  views,
  viewName,
  field,
  onChoose,
}: Pick<Props, 'views' | 'viewName'> & {
  field: RefObject<HTMLInputElement | null>;
  onChoose: (run: () => void) => void;
}) {
  const { t } = useWords();
  const navigate = useNavigate();
  const id = useId();
  const [text, setText] = useState('');
  const [q, setQ] = useState('');
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  // Bound when the palette opened: while it is open the page behind cannot change them.
  const [commands] = useState<Command[]>(boundCommands);
  useEffect(() => {
    const timer = setTimeout(() => setQ(text.trim()), 200);
    return () => clearTimeout(timer);
  }, [text]);
  const found = useInfiniteQuery({ ...conversationsQuery({ q }), enabled: q.length > 1 });
  const lines = q.length > 1 ? (found.data?.pages[0]?.items ?? []).slice(0, MOST) : [];

  // Bound like the commands: only where a conversation is open can one be carried out.
  const mayCall = commands.some((command) => command.name === 'macros');
  const macros = useQuery({ ...macrosQuery, enabled: mayCall });

  const groups: { name: string; items: Item[] }[] = [
    {
      name: t('palette.actions'),
      items: commands
        .filter((command) => matches(text, t(`keys.${command.name}`)))
        .map((command) => ({
          key: command.name,
          label: t(`keys.${command.name}`),
          end: <kbd>{command.shown}</kbd>,
          run: command.run,
        })),
    },
    {
      name: t('palette.macros'),
      items: (mayCall ? (macros.data ?? []) : [])
        .filter((macro) => matches(text, `${macro.name} ${macro.shortcut}`))
        .slice(0, MOST)
        .map((macro) => ({
          key: `macro-${macro.shortcut}`,
          label: macro.name,
          end: <span className="mono">/{macro.shortcut}</span>,
          run: () => callMacro(macro.shortcut),
        })),
    },
    {
      name: t('palette.views'),
      items: views
        .filter((view) => matches(text, viewName(view)))
        .map((view) => ({
          key: view.key,
          label: viewName(view),
          end: <ViewCount view={view} />,
          run: () =>
            void navigate({
              to: '/inbox',
              search: view.key === 'open' ? {} : { view: view.key },
            }),
        })),
    },
    {
      name: t('palette.conversations'),
      items: lines.map((line) => ({
        key: line.id,
        label: line.contact.name,
        end: <bdi>{formatPhone(line.contact.phone)}</bdi>,
        run: () => void navigate({ to: '/inbox/$id', params: { id: line.id } }),
      })),
    },
  ].filter((group) => group.items.length > 0);
  const items = groups.flatMap((group) => group.items);
  const current = items[Math.min(at, items.length - 1)];
  const optionId = (item: Item) => `${id}-${item.key}`;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the option in hand stays in sight
  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [current?.key]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || items.length === 0) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setAt((Math.min(at, items.length - 1) + step + items.length) % items.length);
    } else if (event.key === 'Enter' && current) {
      event.preventDefault();
      onChoose(current.run);
    }
  };

  return (
    <>
      <div className="palq">
        <Search className="i" />
        <input
          ref={field}
          className="bare grow"
          type="search"
          role="combobox"
          aria-expanded={items.length > 0}
          aria-controls={`${id}-list`}
          aria-activedescendant={current ? optionId(current) : undefined}
          aria-autocomplete="list"
          aria-label={t('palette.title')}
          placeholder={t('palette.placeholder')}
          autoComplete="off"
          spellCheck={false}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
          data-testid="palette"
        />
      </div>
      <div
        ref={list}
        className="pallist"
        id={`${id}-list`}
        role="listbox"
        aria-label={t('palette.title')}
      >
        {groups.map((group) => (
          <fieldset key={group.name} aria-label={group.name}>
            <div className="cg" aria-hidden="true">
              {group.name}
            </div>
            {group.items.map((item) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the focus and the keys
              // biome-ignore lint/a11y/useFocusableInteractive: see above
              <div
                key={item.key}
                id={optionId(item)}
                role="option"
                aria-selected={item === current}
                className={`ci${item === current ? ' on' : ''}`}
                onClick={() => onChoose(item.run)}
              >
                <span className="grow cut" dir="auto">
                  {item.label}
                </span>
                <span className="t3 fs12">{item.end}</span>
              </div>
            ))}
          </fieldset>
        ))}
      </div>
      {items.length === 0 && (
        <p className="pad t3" role="status">
          {found.isFetching ? t('app.loading') : t('palette.nothing')}
        </p>
      )}
    </>
  );
}
