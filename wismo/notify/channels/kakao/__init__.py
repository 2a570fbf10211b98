"""KakaoTalk's Alimtalk: Korea. Only through a dealer, and only texts that Kakao approved."""
