import { FileText, Paperclip, X } from 'lucide-react';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { ApiError } from '../../api/client.ts';
import {
  ACCEPT,
  type Attached,
  Attachments,
  MOST_FILES,
  type Objection,
  readSent,
  type SentFile,
  upload,
} from '../../lib/attach.ts';
import { useWords } from '../../lib/i18n.ts';
import { useRefusal } from '../../lib/use-refusal.ts';
import { IconButton } from '../../ui/icon-button.tsx';

/** The files of the reply that is being written. */
export function useAttachments(id: string) {
  const [files] = useState(() => new Attachments((...one) => upload(id, ...one)));
  const [leftOut, setLeftOut] = useState(0);
  const items = useSyncExternalStore(files.subscribe, files.list);
  useEffect(() => () => files.close(), [files]);
  return {
    items,
    leftOut,
    /** What the reply takes along. */
    kept: items.flatMap((item) => item.upload ?? []),
    isBusy: items.some((item) => item.state === 'waiting' || item.state === 'uploading'),
    take: (picked: Iterable<File>) => setLeftOut(files.take(picked)),
    /** What was taken back, to be sent anew; gives the names of what could not be read any more. */
    bringBack: async (media: readonly SentFile[]): Promise<string[]> => {
      const read = await Promise.all(media.map(readSent));
      const here = read.filter((file) => file instanceof File);
      if (here.length > 0) setLeftOut(files.take(here));
      return read.filter((file) => typeof file === 'string');
    },
    remove: (key: string) => {
      files.remove(key);
      setLeftOut(0);
    },
    sent: () => {
      files.sent();
      setLeftOut(0);
    },
  };
}

export type AttachmentList = ReturnType<typeof useAttachments>;

/** Picks files. They can be pasted and dropped as well. */
export function AttachButton({ attachments }: { attachments: AttachmentList }) {
  const { t } = useWords();
  const field = useRef<HTMLInputElement>(null);
  return (
    <>
      <IconButton label={t('attach.pick')} onClick={() => field.current?.click()}>
        <Paperclip className="i" />
      </IconButton>
      <input
        ref={field}
        type="file"
        multiple
        className="sr"
        tabIndex={-1}
        aria-hidden="true"
        accept={ACCEPT}
        onChange={(event) => {
          attachments.take([...(event.target.files ?? [])]);
          // The same file may be picked again.
          event.target.value = '';
        }}
        data-testid="attach"
      />
    </>
  );
}

/** Each file with how far it is, or why it cannot be sent. */
export function AttachmentRows({ attachments }: { attachments: AttachmentList }) {
  const { t } = useWords();
  const why = useWhy();
  const { items, kept, leftOut } = attachments;
  if (items.length === 0) return null;
  const refused = items.flatMap((one) =>
    one.problem ? `${one.file.name}: ${why(one.problem)}` : [],
  );
  return (
    <>
      <ul className="atts" aria-label={t('attach.list')}>
        {items.map((item) => (
          <Row key={item.key} item={item} onRemove={() => attachments.remove(item.key)} />
        ))}
      </ul>
      <p className="attsum fs11 t3" role="status">
        {t('attach.ready', { count: kept.length, all: items.length - refused.length })}
        {leftOut > 0 && (
          <span className="c-dan">{t('attach.tooMany', { most: MOST_FILES, count: leftOut })}</span>
        )}
        <span className="sr">{refused.join(' ')}</span>
      </p>
    </>
  );
}

function Row({ item, onRemove }: { item: Attached; onRemove: () => void }) {
  const { t, locale } = useWords();
  const why = useWhy();
  const { file, state, share, upload: kept, problem } = item;
  return (
    <li className="row g2 attr" data-testid="attachment" data-state={state}>
      {kept?.is_inline && kept.mime.startsWith('image/') ? (
        <img className="attimg" src={kept.url} alt="" />
      ) : (
        <span className={`attimg${problem ? ' c-dan' : ''}`}>
          <FileText className="i" />
        </span>
      )}
      <span className="grow attname fs12">
        <bdi className="cut">{file.name}</bdi>
        {problem && <span className="c-dan">{why(problem)}</span>}
        {state === 'uploading' && (
          <progress value={share} max={1} aria-label={t('attach.uploading', { name: file.name })} />
        )}
      </span>
      {state === 'waiting' && <span className="fs11 t3">{t('attach.waiting')}</span>}
      {state === 'uploading' && (
        <span className="fs11 t3 n">
          {new Intl.NumberFormat(locale, { style: 'percent' }).format(share)}
        </span>
      )}
      <IconButton small label={t('attach.remove', { name: file.name })} onClick={onRemove}>
        <X className="i i14" />
      </IconButton>
    </li>
  );
}

/** Why a file cannot be sent, in words. */
function useWhy(): (problem: Objection | ApiError) => string {
  const { t } = useWords();
  const refusal = useRefusal();
  return (problem) => {
    if (problem instanceof ApiError) return refusal(problem);
    return problem.kind === 'size'
      ? t('attach.size', { mb: problem.mb })
      : t(`attach.${problem.kind}`);
  };
}
