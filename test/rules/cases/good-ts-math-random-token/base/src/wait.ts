export const pause = () => 100 + Math.random() * 50
