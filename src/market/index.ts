export { buy, listOffers, type Offer, type Purchase, type Renewal, renew } from './market.ts';
