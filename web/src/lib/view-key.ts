// The names of views in addresses. Apart from the views themselves: the router needs only these.
const PLAIN = ['open', 'mine', 'queue', 'risk', 'customer', 'human', 'bot', 'resolved'] as const;

export type PlainView = (typeof PLAIN)[number];
export type ViewKey = PlainView | `team:${string}`;

export function isViewKey(value: string): value is ViewKey {
  return PLAIN.some((key) => key === value) || /^team:.+$/.test(value);
}
