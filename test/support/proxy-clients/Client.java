import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;

/** Posts a body to the model proxy, as `java Client.java <url> <client> <body>`, and prints what comes. */
public class Client {
    public static void main(String[] words) throws Exception {
        var url = URI.create(words[0]);
        System.out.print(words[1].equals("java.net.http") ? byHttpClient(url, words[2]) : byConnection(url, words[2]));
    }

    static String byHttpClient(URI url, String body) throws Exception {
        var request = HttpRequest.newBuilder(url).POST(BodyPublishers.ofString(body)).build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
    }

    static String byConnection(URI url, String body) throws Exception {
        var connection = (HttpURLConnection) url.toURL().openConnection();
        connection.setDoOutput(true);
        connection.getOutputStream().write(body.getBytes());
        return new String(connection.getInputStream().readAllBytes());
    }
}
