const SHARED = '$share/';

/** Whether a subscription asks to share its messages with others, which we do not offer. */
export const isSharedFilter = (filter: string): boolean => filter.startsWith(SHARED);

/** Whether `filter` is one by MQTT §4.7: `#` alone and last, `+` alone in its level. */
export const isTopicFilter = (filter: string, maxLevels: number): boolean => {
  if (filter === '' || filter.includes('\u0000')) return false;
  const levels = filter.split('/');
  if (levels.length > maxLevels) return false;
  return levels.every((level, at) => {
    if (level === '#') return at === levels.length - 1;
    return level === '+' || !(level.includes('#') || level.includes('+'));
  });
};
