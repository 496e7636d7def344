import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import {
  CheckCheck,
  ChevronLeft,
  CircleAlert,
  Clock,
  MessageCircle,
  SendHorizontal,
} from 'lucide-react';
import { Fragment, useLayoutEffect, useRef, useState } from 'react';
import { api, call } from '../../api/client.ts';
import { simulatorQuery } from '../../api/queries.ts';
import type { SimulatorMessage } from '../../api/types.ts';
import { useWords } from '../../lib/i18n.ts';
import { initials } from '../../lib/text.ts';
import { clock } from '../../lib/time.ts';
import { useRefusal } from '../../lib/use-refusal.ts';
import { Empty } from '../../ui/states.tsx';
import type { Holder } from './persona.ts';
import { type Answers, PhoneForm } from './phone-form.tsx';

interface Sending {
  key: number;
  text: string;
  /** Pressed or filled in, and what. */
  choice?: { payload: string; answers?: Answers };
  failed: string | null;
  /** How many of the customer's messages the phone knew when this one left. */
  after: number;
}

const NONE: SimulatorMessage[] = [];

/** The customer's phone. It knows nothing of the inbox: it only sends and receives messages. */
export function Phone({ holder, business }: { holder: Holder; business: string }) {
  const { t, locale } = useWords();
  const client = useQueryClient();
  const { data: messages = NONE } = useQuery(simulatorQuery(holder.phone));
  const [text, setText] = useState('');
  const [sending, setSending] = useState<Sending[]>([]);
  const box = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const counter = useRef(0);

  const inbound = messages.filter((message) => message.direction === 'inbound').length;
  const waiting = sending.filter((one) => one.failed !== null || one.after >= inbound);

  const refusal = useRefusal();
  const post = useMutation({
    mutationFn: (one: Sending) =>
      call(
        api.POST('/api/v1/simulator/messages', {
          body: {
            from: holder.phone,
            name: holder.name,
            type: one.choice ? (one.choice.answers ? 'form' : 'button') : 'text',
            text: one.text,
            ...one.choice,
          },
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: ['simulator', holder.phone] }),
    onError: (error, one) => {
      const words = refusal(error);
      setSending((before) =>
        before.map((other) => (other.key === one.key ? { ...other, failed: words } : other)),
      );
    },
  });

  const send = (words: string, choice?: Sending['choice']) => {
    const trimmed = words.trim();
    if (trimmed === '') return;
    counter.current += 1;
    const one: Sending = {
      key: counter.current,
      text: trimmed,
      ...(choice ? { choice } : {}),
      failed: null,
      after: inbound + waiting.filter((other) => other.failed === null).length,
    };
    setSending([...waiting, one]);
    post.mutate(one);
    setText('');
    field.current?.focus();
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: the end follows every new message
  useLayoutEffect(() => {
    const element = box.current;
    if (element) element.scrollTop = element.scrollHeight;
  }, [messages.length, waiting.length]);

  // Buttons answer the last thing said; older ones are history.
  const lastOut = messages.findLast((message) => message.direction === 'outbound')?.seq;

  return (
    <section
      className="handset"
      aria-label={t('sim.phone', { name: holder.name })}
      data-testid="phone"
    >
      <div className="hs">
        <header className="hsb">
          <ChevronLeft className="i i18 flip" />
          <span className="ava a3" aria-hidden="true">
            {initials(business)}
          </span>
          <div className="grow">
            <b className="cut">{business}</b>
            <div className="fs11">{t('sim.business')}</div>
          </div>
        </header>
        <div
          className="hst"
          ref={box}
          role="log"
          aria-label={t('thread.log')}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroller must be reachable by keyboard
          tabIndex={0}
        >
          {messages.length === 0 && waiting.length === 0 ? (
            <Empty
              icon={<MessageCircle className="i i20" />}
              title={t('sim.empty')}
              text={t('sim.emptyHelp')}
            />
          ) : (
            <div className="hsin">
              {messages.map((message) => (
                <Fragment key={message.seq}>
                  <div
                    className={`w${message.direction === 'inbound' ? ' out' : ''}`}
                    dir="auto"
                    data-testid={`phone-${message.direction}`}
                  >
                    {(message.text ?? t.has(`media.${message.type}` as 'media.other'))
                      ? (message.text ?? t(`media.${message.type}` as 'media.other'))
                      : t('media.other')}
                    <span className="ft">
                      {clock(message.at, locale)}
                      {message.direction === 'inbound' && <CheckCheck className="i tick" />}
                    </span>
                  </div>
                  {message.form ? (
                    <PhoneForm
                      form={message.form}
                      button={message.buttons?.[0]?.title ?? ''}
                      isOver={message.seq !== lastOut}
                      onSend={send}
                    />
                  ) : (
                    message.buttons &&
                    message.buttons.length > 0 && (
                      <div className="wb">
                        {message.buttons.map((button) => (
                          <button
                            type="button"
                            key={button.payload ?? button.title}
                            disabled={message.seq !== lastOut}
                            onClick={() =>
                              send(button.title, { payload: button.payload ?? button.title })
                            }
                          >
                            {button.title}
                          </button>
                        ))}
                      </div>
                    )
                  )}
                </Fragment>
              ))}
              {waiting.map((one) => (
                <Fragment key={`s${one.key}`}>
                  <div className="w out" dir="auto">
                    {one.text}
                    <span className="ft">
                      {one.failed === null ? (
                        <Clock className="i tick" />
                      ) : (
                        <CircleAlert className="i tick fail" />
                      )}
                    </span>
                  </div>
                  {one.failed !== null && (
                    <p className="werr" role="alert">
                      <b>{t('sim.failed')}</b> {one.failed}
                    </p>
                  )}
                </Fragment>
              ))}
            </div>
          )}
        </div>
        <form
          className="hsi"
          onSubmit={(event) => {
            event.preventDefault();
            send(text);
          }}
        >
          <input
            ref={field}
            className="pin"
            dir="auto"
            value={text}
            onChange={(event) => setText(event.target.value)}
            aria-label={t('sim.message')}
            placeholder={t('sim.message')}
            autoComplete="off"
            enterKeyHint="send"
            data-testid="phone-text"
          />
          <button type="submit" className="ib psend" aria-label={t('sim.send')}>
            <SendHorizontal className="i i18 flip" />
          </button>
        </form>
      </div>
    </section>
  );
}
