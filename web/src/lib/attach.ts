// Files on their way to a customer: limits first, then the upload; the reply names what was kept.
import { api, call } from '../api/client.ts';
import type { Upload } from '../api/types.ts';

const MB = 1024 * 1024;

/** As the provider's Cloud API takes them; documents as large as the server keeps. */
const LIMITS: readonly { test: RegExp; mb: number }[] = [
  { test: /^image\/(jpeg|png)$/, mb: 5 },
  { test: /^audio\/(ogg|mpeg|mp3|aac|amr|mp4|x-m4a)$/, mb: 16 },
  { test: /^video\/(mp4|3gpp)$/, mb: 16 },
  { test: /^application\/pdf$/, mb: 20 },
  { test: /^application\/vnd\.openxmlformats-officedocument\./, mb: 20 },
];

export const ACCEPT =
  'image/jpeg,image/png,application/pdf,audio/ogg,audio/mpeg,audio/aac,audio/mp4,video/mp4,video/3gpp,.docx,.xlsx,.pptx';

export type Objection = { kind: 'type' } | { kind: 'empty' } | { kind: 'size'; mb: number };

/** Why a file cannot be sent; nothing where it can. */
export function objection(file: Pick<File, 'type' | 'size'>): Objection | null {
  const limit = LIMITS.find((one) => one.test.test(file.type));
  if (!limit) return { kind: 'type' };
  if (file.size === 0) return { kind: 'empty' };
  return file.size > limit.mb * MB ? { kind: 'size', mb: limit.mb } : null;
}

/** Sound is sent without words. */
export function takesCaption(upload: Upload): boolean {
  return !upload.mime.startsWith('audio/');
}

export function upload(id: string, file: File): Promise<Upload> {
  return call(
    api.POST('/api/v1/conversations/{id}/files', {
      params: { path: { id }, query: { name: file.name } },
      // The document calls bytes an array of numbers.
      body: file as unknown as number[],
    }),
  );
}
