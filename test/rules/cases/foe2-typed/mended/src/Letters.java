import javax.crypto.Cipher;
import javax.crypto.SecretKey;

class Letters {
  byte[] seal(SecretKey key, byte[] letter) throws Exception {
    Cipher sealing = Cipher.getInstance("AES/GCM/NoPadding");
    sealing.init(Cipher.ENCRYPT_MODE, key);
    return sealing.doFinal(letter);
  }
}
