/** The browser's notifications, where the page may have them. */
import type { Notifier } from './state/web-alerts.svelte.ts';

export function createNotifier(page: Window): Notifier {
  const isThere = 'Notification' in page && page.isSecureContext;
  return {
    permission: () => (isThere ? Notification.permission : undefined),
    ask: () => (isThere ? Notification.requestPermission() : Promise.resolve('denied')),
    show({ title, body, messageId }, onclick) {
      // Two tabs tell of one message once.
      const notification = new Notification(title, { body, tag: `sandpost-${messageId ?? 'many'}` });
      notification.onclick = () => {
        page.focus();
        onclick();
        notification.close();
      };
    },
    isWatched: () => page.document.visibilityState === 'visible' && page.document.hasFocus(),
  };
}
