/** Tells of mail that came in, the way the system does. What is told, and when: core/mail/alerts.ts. */
import { Notification } from 'electron';
import { alertsFor, type Alert } from '../core/mail/alerts.ts';
import { createClock } from '../core/util/clock.ts';
import type { MainContext } from './module.ts';
import { messageHash } from './places.ts';

export function enableNotifications({ mail, settings, windows }: MainContext): void {
  const clock = createClock();
  // A notification that nobody holds is collected, and its click goes nowhere.
  const shown = new Set<Notification>();
  const show = ({ title, body, messageId }: Alert) => {
    const notification = new Notification({ title, body });
    shown.add(notification);
    notification.on('click', () => {
      shown.delete(notification);
      windows.open(messageId === undefined ? '#/mail/unread' : messageHash(messageId));
    });
    notification.on('close', () => shown.delete(notification));
    notification.show();
  };
  mail.onArrival((came) => {
    if (!Notification.isSupported()) return;
    const now = new Date(clock.now());
    const minute = now.getHours() * 60 + now.getMinutes();
    alertsFor(came, settings.current.alerts, { minute, isWatched: windows.isWatched() }).forEach(show);
  });
}
