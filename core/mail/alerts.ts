/** What a person at a desk is told about mail that came in, and when. Pure; the desktop app and the page share it. */

export interface AlertSettings {
  readonly isOn: boolean;
  /** Mailboxes whose mail comes without a word; '' stands for mail that no mailbox took. */
  readonly muted: readonly string[];
  readonly isQuietOn: boolean;
  /** Minutes after midnight. Quiet from this one on... */
  readonly quietFrom: number;
  /** ...until before this one, of the next day where it is not later. The same: all day. */
  readonly quietTo: number;
}

export const FIRST_ALERTS: AlertSettings = {
  isOn: true,
  muted: [],
  isQuietOn: false,
  quietFrom: 22 * 60,
  quietTo: 7 * 60,
};

/** A row of the message list, as much of it as this needs. */
export interface Arrival {
  readonly id: number;
  readonly subject: string;
  readonly from: string;
  readonly fates: readonly { readonly status: string; readonly mailbox?: string | undefined }[];
}

export interface Alert {
  readonly title: string;
  readonly body: string;
  /** What a click opens; absent: all that came. */
  readonly messageId?: number;
}

/** More at once are told together. */
const MOST_SINGLE = 3;
const LONGEST_TITLE = 120;

export function isQuiet(settings: AlertSettings, minute: number): boolean {
  const { isQuietOn, quietFrom, quietTo } = settings;
  if (!isQuietOn) return false;
  return quietFrom < quietTo
    ? minute >= quietFrom && minute < quietTo
    : minute >= quietFrom || minute < quietTo;
}

/** One line without what cannot be seen; cut where it is too long. */
export function oneLine(text: string, longest: number): string {
  const plain = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  return plain.length > longest ? `${plain.slice(0, longest - 1).trimEnd()}…` : plain;
}

export const subjectLine = ({ subject }: Pick<Arrival, 'subject'>, longest = LONGEST_TITLE): string =>
  oneLine(subject, longest) || '(no subject)';

/** The name in front of the address where there is one. */
export function senderName({ from }: Pick<Arrival, 'from'>, longest = 40): string {
  const name = /^\s*"?([^"<]*?)"?\s*<[^>]*>/.exec(from)?.[1] ?? '';
  return oneLine(name === '' ? from : name, longest);
}

const isHeard = ({ fates }: Arrival, muted: ReadonlySet<string>) =>
  fates.length === 0 || fates.some(({ mailbox }) => !muted.has(mailbox ?? ''));

/** `minute`: of the day, where the person is. `isWatched`: they are looking at the window as it is. */
export function alertsFor(
  arrivals: readonly Arrival[],
  settings: AlertSettings,
  at: { readonly minute: number; readonly isWatched: boolean },
): readonly Alert[] {
  if (!settings.isOn || at.isWatched || isQuiet(settings, at.minute)) return [];
  const muted = new Set(settings.muted);
  const heard = arrivals.filter((arrival) => isHeard(arrival, muted));
  if (heard.length <= MOST_SINGLE) {
    return heard.map((arrival) => ({
      title: subjectLine(arrival),
      body: senderName(arrival),
      messageId: arrival.id,
    }));
  }
  const subjects = heard.slice(0, MOST_SINGLE).map((arrival) => subjectLine(arrival, 60));
  return [{ title: `${heard.length} new messages`, body: subjects.join('\n') }];
}
