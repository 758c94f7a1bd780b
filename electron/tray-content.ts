/** What the tray says and offers. Pure. */
import { oneLine, senderName, subjectLine, type Arrival } from '../core/mail/alerts.ts';

export interface TrayMail {
  readonly unread: number;
  /** The newest first. */
  readonly recent: readonly (Arrival & { readonly isRead: boolean })[];
}

export type TrayEntry =
  | { readonly kind: 'message'; readonly label: string; readonly id: number }
  | { readonly kind: 'command'; readonly label: string; readonly command: TrayCommand }
  | { readonly kind: 'switch'; readonly label: string; readonly isOn: boolean }
  | { readonly kind: 'note'; readonly label: string }
  | { readonly kind: 'line' };
export type TrayCommand = 'open' | 'settings' | 'quit';

const MOST_RECENT = 8;
const LONGEST = 56;
const MOST_COUNTED = 999;

/** `&` would mark the key of a menu item. */
const menuText = (text: string) => text.replaceAll('&', '&&');

export const countText = (unread: number): string =>
  unread > MOST_COUNTED ? `${MOST_COUNTED}+` : String(unread);

export const tooltipOf = (unread: number): string =>
  unread === 0 ? 'Sandpost' : `Sandpost: ${countText(unread)} unread`;

export function trayEntries({ unread, recent }: TrayMail, areAlertsOn: boolean): readonly TrayEntry[] {
  const messages = recent.slice(0, MOST_RECENT).map((row) => {
    const line = oneLine(`${subjectLine(row)} — ${senderName(row)}`, LONGEST);
    return { kind: 'message', id: row.id, label: menuText(row.isRead ? line : `• ${line}`) } as const;
  });
  return [
    { kind: 'note', label: unread === 0 ? 'Nothing unread' : `${countText(unread)} unread` },
    { kind: 'line' },
    ...messages,
    ...(messages.length > 0 ? [{ kind: 'line' } as const] : []),
    { kind: 'command', label: 'Open Sandpost', command: 'open' },
    { kind: 'switch', label: 'Notifications', isOn: areAlertsOn },
    { kind: 'command', label: 'Settings…', command: 'settings' },
    { kind: 'line' },
    { kind: 'command', label: 'Quit Sandpost', command: 'quit' },
  ];
}
