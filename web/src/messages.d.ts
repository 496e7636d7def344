// The part of the messages every page needs; made by the plugin in vite.config.ts.
declare module '*.json?core' {
  import type { AbstractIntlMessages } from 'use-intl';

  const messages: AbstractIntlMessages;
  export default messages;
}

declare module '*.json?inbox' {
  import type { AbstractIntlMessages } from 'use-intl';

  const messages: AbstractIntlMessages;
  export default messages;
}
