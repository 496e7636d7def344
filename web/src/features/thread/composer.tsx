import '../../styles/media.css';
import { useSuspenseQuery } from '@tanstack/react-query';
import { BookOpen, Lock, Reply, Send, Zap } from 'lucide-react';
import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from 'react';
import { sessionQuery } from '../../api/queries.ts';
import type { Conversation } from '../../api/types.ts';
import { answerOf } from '../../lib/attach.ts';
import { firstGap } from '../../lib/canned.ts';
import { type Mode, readDraft, useDraftVersion, writeDraft } from '../../lib/drafts.ts';
import { useNow } from '../../lib/hooks.ts';
import { useWords } from '../../lib/i18n.ts';
import { holdKeys, MOD } from '../../lib/keys.ts';
import type { Pick } from '../../lib/pickers.ts';
import type { Here } from '../../lib/presence.ts';
import { sessionWindow } from '../../lib/sla.ts';
import { firstName } from '../../lib/text.ts';
import { Button } from '../../ui/button.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { late } from '../../ui/late.tsx';
import { Segments } from '../../ui/segments.tsx';
import { AttachButton, type AttachmentList, AttachmentRows } from './attachment.tsx';
import { ComposerFacts, DraftConflict } from './composer-facts.tsx';
import { Copilot } from './copilot.tsx';
import { PickList } from './pick-list.tsx';
import type { Actions } from './use-actions.ts';
import { useFileDrop } from './use-file-drop.ts';
import { usePicks } from './use-picks.ts';

// Most conversations never need it.
const TemplatePicker = late(
  () => import('./template-picker.tsx').then((module) => module.TemplatePicker),
  { takesKeys: false },
);

interface Props {
  conversation: Conversation;
  actions: Actions;
  /** The files of the reply. */
  attachments: AttachmentList;
  mode: Mode;
  onMode: (mode: Mode) => void;
  /** False when someone else, the assistant or nobody holds it: notes only. */
  canReply: boolean;
  /** The whole box: what writes in it changes with the mode and the session window. */
  box: RefObject<HTMLDivElement | null>;
  /** Positions of the customer's messages: who writes must see what came meanwhile. */
  heard: readonly number[];
  onUndo: () => void;
  /** Also closes the conversation, once what was written has left. */
  onResolve: () => void;
  /** Shows a macro; an empty text shows them all. */
  onMacro: (shortcut: string) => void;
  /** Colleagues at the same conversation. */
  others: readonly Here[];
  /** Says whether this person has the pen. */
  onWrite: (isWriting: boolean) => void;
}

const SOON_MS = 1_000;

/** To where one writes: the text, or the first template; as soon as it is there. */
export function focusComposer(box: RefObject<HTMLElement | null>): void {
  const until = performance.now() + SOON_MS;
  const free = holdKeys();
  let field: HTMLElement | null | undefined;
  const look = () => {
    field = box.current?.querySelector<HTMLElement>('textarea, [role="radio"][tabindex="0"]');
    field?.focus();
    if (field || performance.now() > until) free();
    else requestAnimationFrame(look);
  };
  // Once what was asked for before is on the page; and again where another takes its place.
  queueMicrotask(look);
  requestAnimationFrame(() => {
    if (field?.isConnected === false) look();
  });
}

/** Reply or note: two papers, two labels, two buttons, so that one is never taken for the other. */
export function Composer({
  conversation,
  actions,
  attachments,
  mode: wanted,
  onMode,
  canReply,
  box,
  heard,
  onUndo,
  onResolve,
  onMacro,
  others,
  onWrite,
}: Props) {
  const { t, language } = useWords();
  const now = useNow(15_000);
  const field = useRef<HTMLTextAreaElement>(null);
  const mode: Mode = canReply ? wanted : 'note';
  const isNote = mode === 'note';
  const { id, contact } = conversation;
  const [text, setText] = useState(() => readDraft(id, mode));
  const [isDismissed, setDismissed] = useState(false);
  const [isWarned, setWarned] = useState(false);
  const [at, setAt] = useState(0);

  // Also what others put there: a reply taken back, an article from the panel.
  const drafts = useDraftVersion();
  // biome-ignore lint/correctness/useExhaustiveDependencies: read again when any draft changes
  useEffect(() => setText(readDraft(id, mode)), [id, mode, drafts]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text
  useEffect(() => {
    const area = field.current;
    if (!area) return;
    area.style.blockSize = 'auto';
    area.style.blockSize = `${Math.min(area.scrollHeight, 220)}px`;
  }, [text, mode]);

  const session = sessionWindow(conversation.window_closes_at, now);
  const isLocked = !isNote && session.kind === 'closed';
  // Asked for though a text could be sent.
  const [isAsked, setAsked] = useState(false);
  const picksTemplate = isLocked || (isAsked && !isNote);
  const name = firstName(contact.name);
  const { data: user } = useSuspenseQuery(sessionQuery);
  const values = {
    name,
    order: conversation.orders[0],
    agent: user ? firstName(user.name) : undefined,
  };
  const gap = isNote ? null : firstGap(text);
  const { wish, picks, isFetching } = usePicks({
    conversation,
    text,
    values,
    isNote,
    isDismissed,
  });

  /** The last message that was there when this reply was begun, or since it was said. */
  const [isConfirmed, setConfirmed] = useState(false);
  const writer = isNote ? undefined : others.find((one) => one.doing === 'writing');
  const [seen, setSeen] = useState(heard.at(-1) ?? 0);
  const unseen = isNote || text === '' ? 0 : heard.filter((one) => one > seen).length;

  const change = (value: string) => {
    if (text === '') setSeen(heard.at(-1) ?? 0);
    setText(value);
    writeDraft(id, mode, value);
    setDismissed(false);
    setAt(0);
    if (!isNote) onWrite(value !== '');
  };
  const send = () => {
    const trimmed = text.trim();
    if (isEmpty || isUploading) return false;
    if (unseen > 0) {
      // Said once: the next press sends.
      setSeen(heard.at(-1) ?? 0);
      setWarned(true);
      return false;
    }
    setWarned(false);
    // Two answers at once confuse a customer: said once, the next press sends.
    if (writer && !isConfirmed) {
      setConfirmed(true);
      return false;
    }
    setConfirmed(false);
    // A customer must never read `{amount}`.
    if (gap) {
      select(firstGap(text));
      return false;
    }
    if (isNote) actions.send({ do: 'note', text: trimmed });
    else {
      const guards = { seen: heard.at(-1) ?? 0, is_confirmed: isConfirmed };
      actions.send(answerOf(trimmed, files, guards), files);
      attachments.sent();
    }
    change('');
    field.current?.focus();
    return true;
  };
  const use = (pick: Pick) => {
    if (pick.macro !== undefined) {
      change(wish?.before.trimEnd() ?? '');
      setDismissed(true);
      onMacro(pick.macro);
      return;
    }
    const filled = `${wish?.before ?? ''}${pick.insert}`;
    change(filled);
    setDismissed(true);
    requestAnimationFrame(() => select(firstGap(filled)));
  };
  /** Puts the cursor where something is still missing, else at the end. */
  const select = (range: { start: number; end: number } | null) => {
    const area = field.current;
    if (!area) return;
    area.focus();
    area.setSelectionRange(range?.start ?? area.value.length, range?.end ?? area.value.length);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const isMod = event.ctrlKey || event.metaKey;
    if (picks.length > 0 && !isMod) {
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
        event.preventDefault();
        const step = event.key === 'ArrowDown' ? 1 : -1;
        setAt((before) => (before + step + picks.length) % picks.length);
        return;
      }
      const chosen = picks[at];
      if ((event.key === 'Tab' || event.key === 'Enter') && chosen) {
        event.preventDefault();
        use(chosen);
        return;
      }
    }
    if (event.key === 'Enter' && isMod) {
      event.preventDefault();
      if (send() && event.shiftKey && !isNote) onResolve();
    } else if (event.key.toLowerCase() === 'm' && isMod && event.shiftKey) {
      event.preventDefault();
      onMacro('');
    } else if (event.key === '/' && isMod && canReply) {
      event.preventDefault();
      onMode(isNote ? 'reply' : 'note');
    } else if (event.key === '.' && isMod && !isNote) {
      event.preventDefault();
      setAsked(true);
      focusComposer(box);
    } else if (event.key === 'Escape') {
      event.preventDefault();
      if (wish) setDismissed(true);
      else field.current?.blur();
    } else if (event.key.toLowerCase() === 'z' && isMod && text === '' && !isNote) {
      event.preventDefault();
      onUndo();
    }
  };

  const files = isNote ? [] : attachments.kept;
  const isUploading = !isNote && attachments.isBusy;
  const isDropping = useFileDrop(box, !isNote && !picksTemplate, (dropped) =>
    attachments.take(dropped),
  );
  const isEmpty = text.trim() === '' && files.length === 0;
  return (
    <>
      <ComposerFacts conversation={conversation} session={session}>
        {unseen > 0 || (isWarned && text !== '') ? (
          <span className="end fs12 c-warn" role="alert" data-testid="meanwhile">
            {isWarned && unseen === 0
              ? t('composer.again', { name })
              : t('composer.meanwhile', { count: unseen })}
          </span>
        ) : writer && isConfirmed ? (
          <span className="end fs12 c-warn" role="alert" data-testid="collision">
            {t('presence.sure', { name: firstName(writer.name) })}
          </span>
        ) : gap ? (
          <span className="end fs11 c-dan" role="status">
            {t('composer.gap', { name: gap.name })}
          </span>
        ) : (
          text !== '' && <span className="end fs11 t3">{t('composer.saved')}</span>
        )}
      </ComposerFacts>
      <DraftConflict id={id} mode={mode} />
      <div
        ref={box}
        className={`cmp${isNote ? ' isnote' : ''}`}
        data-testid="composer"
        data-mode={mode}
      >
        {isDropping && <p className="dropover">{t('composer.drop')}</p>}
        <div className="top">
          {canReply ? (
            <Segments
              label={t('composer.mode')}
              of={['reply', 'note'] as const}
              value={isNote ? 'note' : 'reply'}
              onPick={onMode}
            >
              {(one) => (
                <>
                  {one === 'note' ? <Lock className="i i12" /> : <Reply className="i i12 flip" />}
                  {t(`composer.${one}`)}
                </>
              )}
            </Segments>
          ) : (
            <span className="notehd">
              <Lock className="i i12" />
              {t('composer.noteLabel')}
            </span>
          )}
          <span className="end fs12 t3 cut">
            {isNote ? (
              canReply && <b className="c-note">{t('composer.stays')}</b>
            ) : (
              <>
                {t('composer.goesIn')} <b className="c-acc">{language(conversation.language)}</b>
              </>
            )}
          </span>
        </div>
        {picksTemplate ? (
          <TemplatePicker
            key={id}
            conversation={conversation}
            session={session}
            actions={actions}
            onBack={() => {
              setAsked(false);
              focusComposer(box);
            }}
          />
        ) : (
          <>
            {wish && (
              <PickList wish={wish} picks={picks} at={at} isFetching={isFetching} onUse={use} />
            )}
            <textarea
              ref={field}
              className="txt"
              rows={2}
              dir="auto"
              value={text}
              aria-label={isNote ? t('composer.noteLabel') : t('composer.replyLabel', { name })}
              aria-controls={wish ? 'snips' : undefined}
              aria-activedescendant={picks.length > 0 ? `snip-${at}` : undefined}
              placeholder={
                isNote ? t('composer.notePlaceholder') : t('composer.replyPlaceholder', { name })
              }
              onChange={(event) => change(event.target.value)}
              onKeyDown={onKeyDown}
              onBlur={() => setDismissed(true)}
              onPaste={(event) => {
                const { files: pasted } = event.clipboardData;
                if (isNote || pasted.length === 0) return;
                event.preventDefault();
                attachments.take([...pasted]);
              }}
              data-testid="composer-text"
            />
            {!isNote && <AttachmentRows attachments={attachments} />}
            <div className="bot">
              {!isNote && <AttachButton attachments={attachments} />}
              {!isNote &&
                (
                  [
                    ['/', t('composer.insertSnippet'), Zap],
                    ['??', t('composer.insertArticle'), BookOpen],
                  ] as const
                ).map(([mark, label, Icon]) => (
                  <IconButton
                    key={mark}
                    label={label}
                    shortcut={mark}
                    onMouseDown={(event) => event.preventDefault()}
                    onClick={() => {
                      field.current?.focus();
                      change(text === '' || /\s$/.test(text) ? text + mark : `${text} ${mark}`);
                    }}
                  >
                    <Icon className="i" />
                  </IconButton>
                ))}
              {!isNote && (
                <Copilot
                  conversation={conversation}
                  text={text}
                  onText={change}
                  onNote={(summary) => {
                    writeDraft(id, 'note', summary);
                    onMode('note');
                  }}
                />
              )}
              <span className="end row">
                <Button
                  look={isNote ? 'default' : 'pri'}
                  size="s"
                  className={isNote ? 'notebtn' : ''}
                  disabled={isEmpty || isUploading}
                  onClick={send}
                  data-testid="send"
                >
                  {isNote ? <Lock className="i i14" /> : <Send className="i i14 flip only-phone" />}
                  {isNote ? t('composer.addNote') : t('composer.send')}
                  <kbd>{MOD} ↵</kbd>
                </Button>
              </span>
            </div>
          </>
        )}
      </div>
    </>
  );
}
