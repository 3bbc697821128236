/** Vehicles without a group. A group of this name is written `%2D`. */
const UNGROUPED = '-';

/** A group as one level of a topic: what MQTT gives a meaning to, control characters and the sign itself are escaped as in URLs. */
export const groupLevel = (group: string | null): string => {
  if (group === null) return UNGROUPED;
  if (group === UNGROUPED) return '%2D';
  return group.replaceAll(/[%/+#\p{Cc}]/gu, sign => encodeURIComponent(sign));
};

/** Alerts of a group's vehicles, each change of them. */
export const alertTopic = (group: string | null): string => `telltale/v1/fleet/${groupLevel(group)}/alerts`;

/** What notification policies tell a group. */
export const notificationTopic = (group: string): string => `telltale/v1/fleet/${groupLevel(group)}/notifications`;
