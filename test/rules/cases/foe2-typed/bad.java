import javax.crypto.Cipher;

class Vault {
  Cipher cipher() throws Exception {
    return Cipher.getInstance("AES/ECB/PKCS5Padding");
  }
}
