export const DriversPage = () => null;
