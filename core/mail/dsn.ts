/** Words of delivery status notifications: RFC 3461 (SMTP extension), 3463 (codes), 3464 (report). */

/** An enhanced status code, `class.subject.detail`. */
export type DsnCode = `${'2' | '4' | '5'}.${number}.${number}`;

export type Notify = 'NEVER' | 'SUCCESS' | 'FAILURE' | 'DELAY';
/** RFC 3461 RET: what a failure notice returns; '' when the sender did not say. */
export type Ret = 'FULL' | 'HDRS' | '';

export type Action =
  'failed' | 'delayed' | 'delivered' | 'relayed' | 'expanded' | 'deliverable' | 'undeliverable';

/** Splits `4.2.0 text` into code and text; undefined where the text has no code in front (dsn_split). */
export function splitDsn(text: string): { readonly code: DsnCode; readonly text: string } | undefined {
  const match = /^([245]\.\d{1,3}\.\d{1,3})(?:\s+|$)/.exec(text);
  if (match === null) return undefined;
  return { code: match[1] as DsnCode, text: text.slice(match[0].length) };
}
