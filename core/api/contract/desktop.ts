/**
 * The second, small contract: what a window and the desktop app's main process say to each other over a port of their
 * own. What only a desktop can do is not in the calls, for a browser has it not.
 */
import * as z from 'zod';
import { FIRST_ALERTS } from '../../mail/alerts.ts';

const minute = z.number().int().min(0).max(1_439);

export const alertSettings = z.object({
  isOn: z.boolean(),
  muted: z.array(z.string().max(320)).max(10_000).readonly(),
  isQuietOn: z.boolean(),
  quietFrom: minute,
  quietTo: minute,
});

export const desktopSettings = z.object({
  alerts: alertSettings,
  /** The sandbox goes on without a window; the tray brings one back. */
  closesToTray: z.boolean(),
  opensAtLogin: z.boolean(),
  /** At login, that is: no window until one is asked for. */
  startsHidden: z.boolean(),
  /** `sandpost:` links of other programs lead here. */
  opensLinks: z.boolean(),
});
export type DesktopSettings = z.infer<typeof desktopSettings>;

export const FIRST_SETTINGS: DesktopSettings = {
  alerts: FIRST_ALERTS,
  closesToTray: false,
  opensAtLogin: false,
  startsHidden: true,
  opensLinks: false,
};

/** What a window asks for. */
export const toDesktop = z.object({ kind: z.literal('change'), change: desktopSettings.partial() });
export type ToDesktop = z.infer<typeof toDesktop>;

/** What the application menu has that the window does. */
export type WindowCommand =
  'compose' | 'import' | 'export' | 'search' | 'commands' | 'keys' | 'settings' | 'tour';

export type FromDesktop =
  | { readonly kind: 'settings'; readonly settings: DesktopSettings }
  | { readonly kind: 'command'; readonly command: WindowCommand };
