import { Download } from 'lucide-react';
import { useState } from 'react';
import type { Message } from '../../api/types.ts';
import { useWords } from '../../lib/i18n.ts';

type File = NonNullable<Message['media']>;

const RATES = [1, 1.5, 2] as const;

/** A file that is here: seen, heard, or saved. What could run is only ever saved. */
export function Media({ file }: { file: File }) {
  const { t } = useWords();
  const [isWide, setWide] = useState(false);
  if (!file.url) return null;
  const mime = file.mime ?? '';
  const name = file.filename ?? t('media.other');
  if (file.is_inline && mime.startsWith('image/')) {
    return (
      <button
        type="button"
        className={`mimg${isWide ? ' wide' : ''}`}
        aria-expanded={isWide}
        aria-label={t('media.zoom', { name })}
        onClick={() => setWide((before) => !before)}
        data-testid="media"
      >
        <img src={file.url} alt={name} loading="lazy" />
      </button>
    );
  }
  if (file.is_inline && mime.startsWith('audio/')) return <Sound url={file.url} name={name} />;
  if (file.is_inline && mime.startsWith('video/')) {
    return (
      // biome-ignore lint/a11y/useMediaCaption: what customers film has no captions
      <video className="mvid" src={file.url} controls preload="metadata" aria-label={name} />
    );
  }
  return (
    <a className="mfile" href={file.url} download={name} data-testid="media">
      <Download className="i" />
      <span className="grow cut">{name}</span>
      {file.size !== null && <span className="t3 n">{size(file.size)}</span>}
    </a>
  );
}

function Sound({ url, name }: { url: string; name: string }) {
  const { t } = useWords();
  const [rate, setRate] = useState<(typeof RATES)[number]>(1);
  return (
    <span className="row g1">
      {/* biome-ignore lint/a11y/useMediaCaption: what was heard stands below, where it was */}
      <audio
        ref={(element) => {
          if (element) element.playbackRate = rate;
        }}
        src={url}
        controls
        preload="none"
        aria-label={name}
      />
      <button
        type="button"
        className="btn s ghost n"
        aria-label={t('media.rate')}
        onClick={() => setRate(RATES[(RATES.indexOf(rate) + 1) % RATES.length] ?? 1)}
      >
        {rate}×
      </button>
    </span>
  );
}

function size(bytes: number): string {
  return bytes < 1_048_576
    ? `${Math.max(1, Math.round(bytes / 1_024))} kB`
    : `${(bytes / 1_048_576).toFixed(1)} MB`;
}
