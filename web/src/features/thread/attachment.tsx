import { FileText, Paperclip, X } from 'lucide-react';
import { useRef, useState } from 'react';
import { toApiError } from '../../api/client.ts';
import type { Upload } from '../../api/types.ts';
import { ACCEPT, objection, upload } from '../../lib/attach.ts';
import { useWords } from '../../lib/i18n.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { useRefusal } from './use-refusal.ts';

/** The one file of the reply that is being written. */
export function useAttachment(id: string) {
  const { t } = useWords();
  const refusal = useRefusal();
  const [file, setFile] = useState<Upload | null>(null);
  const [name, setName] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const take = async (picked: File | undefined) => {
    if (!picked) return;
    const why = objection(picked);
    setProblem(null);
    if (why) {
      const words =
        why.kind === 'size' ? t('attach.size', { mb: why.mb }) : t(`attach.${why.kind}`);
      setProblem(words);
      return;
    }
    setName(picked.name);
    try {
      setFile(await upload(id, picked));
    } catch (error) {
      setProblem(refusal(toApiError(error)));
    } finally {
      setName(null);
    }
  };
  return {
    file,
    /** Called while it is on its way. */
    uploading: name,
    problem,
    take,
    drop: () => {
      setFile(null);
      setProblem(null);
    },
  };
}

export type Attachment = ReturnType<typeof useAttachment>;

/** Picks a file. Files can be pasted and dropped as well. */
export function AttachButton({ attachment }: { attachment: Attachment }) {
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
        className="sr"
        tabIndex={-1}
        aria-hidden="true"
        accept={ACCEPT}
        onChange={(event) => {
          void attachment.take(event.target.files?.[0]);
          // The same file may be picked again.
          event.target.value = '';
        }}
        data-testid="attach"
      />
    </>
  );
}

export function AttachmentRow({ attachment }: { attachment: Attachment }) {
  const { t } = useWords();
  const { file, uploading, problem, drop } = attachment;
  if (!file && uploading === null && problem === null) return null;
  return (
    <div className="row g2 attr" role="status" data-testid="attachment">
      {file?.is_inline && file.mime.startsWith('image/') ? (
        <img className="attimg" src={file.url} alt="" />
      ) : (
        <FileText className="i" />
      )}
      <span className={`grow cut fs12${problem ? ' c-dan' : ''}`}>
        {problem ?? file?.name ?? t('attach.uploading', { name: uploading ?? '' })}
      </span>
      {(file || problem) && (
        <IconButton small label={t('attach.remove')} onClick={drop}>
          <X className="i i14" />
        </IconButton>
      )}
    </div>
  );
}
