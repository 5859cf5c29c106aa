"""Words for the demo: browsers, page paths, and what people and bots write."""

from __future__ import annotations

DEVICES = (
    # weight, family, operating system, user agent
    (
        46,
        "MOBILE",
        "IOS",
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) AppleWebKit/605.1.15 "
            "(KHTML, like Gecko) Version/18.4 Mobile/15E148 Safari/604.1"
        ),
    ),
    (
        22,
        "MOBILE",
        "ANDROID",
        (
            "Mozilla/5.0 (Linux; Android 15; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/135.0.0.0 Mobile Safari/537.36"
        ),
    ),
    (
        26,
        "DESKTOP",
        "WINDOWS",
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/135.0.0.0 Safari/537.36"
        ),
    ),
    (
        6,
        "TABLET",
        "IOS",
        (
            "Mozilla/5.0 (iPad; CPU OS 18_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "Version/18.4 Safari/604.1"
        ),
    ),
)
REFERRERS = ("", "", "https://www.google.com/", "https://www.bing.com/", "https://l.instagram.com/")
CAMPAIGN_TAGS = (
    "",
    "",
    "?utm_source=newsletter&utm_medium=email&utm_campaign=spring_edit",
    "?gclid=EAIaIQobChMI8d3a1Y2kjAMVxJlQBh0",
    "?utm_source=paid_social&utm_content=carousel_2",
)
FIXED_PATHS = {
    "home": "/",
    "basket": "/basket",
    "checkout": "/checkout/payment",
    "thanks": "/checkout/thank-you",
    "help": "/help/delivery-and-returns",
    "account": "/account/orders",
    "trade": "/trade/apply",
}
OPENINGS = {
    "sell": (
        "Hi, is the {product} in stock? The page says only a few left",
        "Hello! Could you tell me how the {product} compares with the one shown next to it?",
        "Is there any discount if I take two of the {product}?",
        "I like the {product} but I'm not sure about the size. Can someone help?",
        "How long would delivery of the {product} take to my address?",
    ),
    "service": (
        "My order {order} was meant to come on Tuesday and there is still nothing here",
        "I'd like to send back part of order {order}, how do I do that?",
        "The tracking for {order} has not moved in four days",
        "One item in {order} arrived damaged, I have photos",
    ),
    "lead": (
        "We'd like a quote for around 40 pieces, who do I talk to?",
        "How do I open a trade account?",
        "Can somebody call me about a larger order for our office?",
    ),
}
BOT_GREETINGS = (
    "Hello, I'm {bot}, the virtual assistant of {brand}. What can I do for you today?",
    "Hi there! {bot} here, the automated helper at {brand}. Please tell me what it is about.",
)
REPLIES_TO_GREETING = (
    "As I wrote, it is about {category}",
    "It's what I asked above",
    "Can I talk to a person please?",
    "hi, see my question above",
    "Just the question I sent",
    "I wrote it already 🙂",
    "Same as in my first message",
    "oh, a bot. ok. see above please",
    "I need an answer today if possible",
    "Hello! It's about my message just now",
)
#: What the bot asks, and what people answer.
BOT_QUESTIONS = (
    (
        "Thanks. Is this about a new purchase or about an order that you have already placed?",
        (
            "A new one",
            "already placed",
            "An order from last week",
            "I haven't ordered yet",
            "New purchase",
            "the {product}, ordered it on Sunday",
            "Both actually",
            "an existing order",
            "It's for a birthday on the 19th so it really has to be here by then",
            "Neither, I only have a question about the {product}",
        ),
    ),
    (
        "Got it. May I have your postcode or your order number?",
        (
            "{order}",
            "It's {order}",
            "order {order}, on the name of my husband",
            "I don't have it here, sorry",
            "{order} I think",
            "No number, I was logged in as a guest",
            "my order number is {order}",
            "Number {order}. Thanks",
            "I can't find the e-mail with the number",
            "{order} 👍",
        ),
    ),
    (
        "I found a page that could help: https://{domain}/help. Does that answer it?",
        (
            "Not really",
            "no, I already tried that, it shows an error",
            "Partly, but not the delivery date",
            "Yes and no. Can I still change the address?",
            "It does not say anything about {category}",
            "I read that page before I wrote to you",
            "Ok, and if it does not arrive by Friday?",
            "the link opens an empty page on my phone",
            "Hmm, and do you know whether it fits through a 70 cm door?",
            "that helps a bit, thanks",
        ),
    ),
)
BOT_ANSWERS = (
    "Your parcel left our warehouse and should be with you within two working days.",
    "You can return it free of charge within 30 days: the label is in your account.",
)
BOT_HANDOVER = "Let me bring in a colleague who can help you with that. One moment please."
BOT_GOODBYE = "Glad I could help. Have a lovely day!"
AGENT_GREETINGS = (
    "Hi, this is {agent} from {brand}. I'm reading what you wrote, one moment.",
    "Hello, you're through to {agent}. Thanks for waiting!",
)
AGENT_LINES = (
    "I checked with the warehouse: we have 14 left and I can put one aside for you until tonight.",
    "For that I would go one size up. It is cut rather close at the shoulder.",
    "I have raised it with the carrier and asked for a new delivery slot for tomorrow morning.",
    "You won't be charged for the return. I've just sent the label to your e-mail address.",
    "Here is the page with all measurements: https://{domain}/p/size-guide",
    "That offer runs until Sunday midnight, and it works together with free delivery.",
    "I'm sorry about that. I have ordered a replacement, it ships today at no cost.",
    "Would you like me to add it to your basket so that you only need to pay?",
)
CONSUMER_LINES = (
    "ok thank you",
    "Great, that was quick!",
    "Hmm, and do you know whether it fits through a 70 cm door?",
    "Yes please",
    "No, I already tried that, it shows an error",
    "perfect, I'll order it tonight then",
    "Sorry, was on a call. Where were we?",
    "Can I pay with the gift card and the rest by card?",
    "It's for a birthday on the 19th so it really has to be here by then",
    "👍",
)
CONSUMER_GOODBYES = ("Thanks for your help, bye!", "That's all, thank you", "cheers 😊")
PROACTIVE = "Hi, it's {agent} from {brand}. The item on your wish list is back. Shall I reserve it?"
SURVEY_QUESTIONS = {
    "csat": "How satisfied are you with this conversation? 1 (not at all) to 5 (very)",
    "nps": "How likely are you to recommend us to a friend? 0 to 10",
    "fcr": "Did we solve your question today?",
    "custom": "Anything that we could do better?",
}
SURVEY_COMMENTS = ("no, all good", "shorter waiting please", "She was brilliant", "less bot")
SYSTEM_CLOSE = "The conversation was closed because nobody wrote for 24 hours."
