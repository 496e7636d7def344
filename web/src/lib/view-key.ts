// The names of views in addresses. Apart from the views themselves: the router needs only these.
const HOUSE = [
  'open',
  'mine',
  'queue',
  'mentions',
  'risk',
  'customer',
  'human',
  'bot',
  'snoozed',
  'resolved',
] as const;

/** Views of the house; others are `team:…` or the id of one that somebody keeps. */
export type HouseView = (typeof HOUSE)[number];

export function isHouseView(key: string): key is HouseView {
  return HOUSE.some((one) => one === key);
}

export function isViewKey(value: string): boolean {
  return isHouseView(value) || /^team:.+$/.test(value) || /^[\da-f-]{36}$/.test(value);
}
