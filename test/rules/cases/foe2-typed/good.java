import javax.crypto.Cipher;

class Vault {
  Cipher cipher() throws Exception {
    return Cipher.getInstance("AES/GCM/NoPadding");
  }
}
