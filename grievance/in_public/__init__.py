"""Short texts that two people make public: lessons learnt, and a company's reply to its figures. No case is named."""
