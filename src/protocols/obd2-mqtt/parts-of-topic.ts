const TOPIC = /^obd2mqtt\/([^/_]+)(?:_([^/]+)(\/attributes)?|\/(status))$/;

/** @returns who speaks, and of what (`speed`, `gpsLocation/attributes`, `status`); undefined for other topics */
export const partsOfTopic = (topic: string): { identifier: string; state: string } | undefined => {
  const [, identifier, state = '', attributes = '', status = ''] = TOPIC.exec(topic) ?? [];
  return identifier === undefined ? undefined : { identifier, state: status || state + attributes };
};
