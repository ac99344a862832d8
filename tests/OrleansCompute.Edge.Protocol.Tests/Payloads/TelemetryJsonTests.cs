using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using OrleansCompute.Edge.Protocol.Payloads;

namespace OrleansCompute.Edge.Protocol.Tests.Payloads;

public sealed class TelemetryJsonTests
{
    [Fact]
    public void TryDecode_WhenBatch_ReadsIt()
    {
        const string json = """
            {"unknown":{"deep":[1,2]},"readings":[
              {"sequence":7,"measuredAt":"2026-01-02T03:04:05.5+01:00","values":{"temperature":21.5,"humidity":40},"unit":"C"},
              {"values":{"temperature":-1e3},"measuredAt":1767225600000,"sequence":9}]}
            """;
        Assert.True(TryDecode(json, out var batch, out var error), error);
        Assert.Equal([7L, 9L], batch!.Readings.Select(reading => reading.Sequence));
        Assert.Equal(new DateTimeOffset(2026, 1, 2, 2, 4, 5, 500, TimeSpan.Zero), batch.Readings[0].MeasuredAt);
        Assert.Equal(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), batch.Readings[1].MeasuredAt);
        Assert.Equal([new NamedValue("temperature", 21.5), new NamedValue("humidity", 40)], batch.Readings[0].Values.ToArray());
    }

    [Fact]
    public void TryDecode_WhenOneReading_ReadsIt()
    {
        Assert.True(TryDecode("""{"sequence":1,"measuredAt":0,"values":{"t":1}}""", out var batch, out var error), error);
        Assert.Equal(1, Assert.Single(batch!.Readings).Sequence);
    }

    [Fact]
    public void TryDecode_WhenContentTypeSaysJson_AcceptsLeadingSpace()
    {
        var payload = new ReadOnlySequence<byte>("  {\"sequence\":1,\"measuredAt\":0,\"values\":{\"t\":1}} "u8.ToArray());
        Assert.True(TelemetryCodec.TryDecode(payload, "application/json; charset=utf-8", out _, out var error), error);
        Assert.False(TelemetryCodec.TryDecode(payload, null, out _, out _));
    }

    [Theory]
    [InlineData("{", "invalid")]
    [InlineData("{}", "readings has 0 elements")]
    [InlineData("{\"readings\":[]}", "readings has 0 elements")]
    [InlineData("{\"readings\":{}}", "readings is no array")]
    [InlineData("{\"readings\":[1]}", "a reading is no object")]
    [InlineData("{\"readings\":[{\"sequence\":1}]}", "no measuredAt")]
    [InlineData("{\"measuredAt\":0,\"values\":{\"t\":1}}", "no sequence")]
    [InlineData("{\"sequence\":1,\"measuredAt\":0}", "no values")]
    [InlineData("{\"sequence\":1.5,\"measuredAt\":0,\"values\":{\"t\":1}}", "sequence is no integer")]
    [InlineData("{\"sequence\":\"1\",\"measuredAt\":0,\"values\":{\"t\":1}}", "sequence is no integer")]
    [InlineData("{\"sequence\":0,\"measuredAt\":0,\"values\":{\"t\":1}}", "sequence is 0")]
    [InlineData("{\"sequence\":1,\"measuredAt\":\"yesterday\",\"values\":{\"t\":1}}", "measuredAt is neither")]
    [InlineData("{\"sequence\":1,\"measuredAt\":9223372036854775807,\"values\":{\"t\":1}}", "measuredAt is neither")]
    [InlineData("{\"sequence\":1,\"measuredAt\":0,\"values\":{\"t\":\"1\"}}", "'t' is no number")]
    [InlineData("{\"sequence\":1,\"measuredAt\":0,\"values\":{\"t\":NaN}}", "invalid")]
    [InlineData("{\"sequence\":1,\"measuredAt\":0,\"values\":{\"t\":1e999}}", "'t'")]
    [InlineData("{\"sequence\":1,\"measuredAt\":0,\"values\":{\"T\":1}}", "'T'")]
    [InlineData("{\"sequence\":1,\"measuredAt\":0,\"values\":{\"t\":1,\"t\":2}}", "'t' occurs twice")]
    [InlineData("{\"sequence\":1,\"measuredAt\":0,\"values\":{}}", "values has 0 elements")]
    [InlineData("{\"sequence\":1,\"measuredAt\":0,\"values\":{\"t\":1}} x", "invalid")]
    [InlineData("{\"x\":[[[[[[[[[[1]]]]]]]]]]}", "depth")]
    public void TryDecode_WhenMalformed_SaysWhy(string json, string expected)
    {
        Assert.False(TryDecode(json, out var batch, out var error));
        Assert.Null(batch);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public void TryDecode_WhenTooManyOrTooLarge_NamesTheLimit()
    {
        var reading = """{"sequence":1,"measuredAt":0,"values":{"t":1}}""";
        Assert.False(TryDecode($$"""{"readings":[{{string.Join(',', Enumerable.Repeat(reading, 513))}}]}""", out _, out var error));
        Assert.Contains("512", error, StringComparison.Ordinal);
        var values = string.Join(',', Enumerable.Range(0, 65).Select(i => $"\"v{i}\":1"));
        Assert.False(TryDecode("{\"sequence\":1,\"measuredAt\":0,\"values\":{" + values + "}}", out _, out error));
        Assert.Contains("64", error, StringComparison.Ordinal);
        Assert.False(TryDecode("{" + new string(' ', 65536), out _, out error));
        Assert.Contains("65537 bytes", error, StringComparison.Ordinal);
    }

    [Fact]
    public void TryDecode_WhenMutated_NeverThrows()
    {
        var random = new System.Random(5);
        var json = """
            {"readings":[{"sequence":7,"measuredAt":"2026-01-02T03:04:05Z","values":{"temperature":21.5}},{"sequence":8}]}
            """u8.ToArray();
        for (var round = 0; round < 5000; round++)
        {
            var mutant = json.AsSpan(0, random.Next(1, json.Length + 1)).ToArray();
            for (var changes = random.Next(0, 4); changes > 0 && mutant.Length > 1; changes--)
            {
                mutant[random.Next(1, mutant.Length)] = (byte)(random.Next(2) == 0 ? random.Next(256) : "{}[]\",:0\\"[random.Next(9)]);
            }

            if (!TelemetryCodec.TryDecode(new ReadOnlySequence<byte>(mutant), out _, out var error))
            {
                Assert.NotEmpty(error);
            }
        }
    }

    [Fact]
    public void TryDecode_WhenAnyText_NeverThrows() => Prop.ForAll<string>(text =>
        TryDecode("{\"readings\":" + text, out _, out var error) || error!.Length > 0).QuickCheckThrowOnFailure();

    private static bool TryDecode(string json, out TelemetryBatch? batch, out string? error) =>
        TelemetryCodec.TryDecode(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(json)), out batch, out error);
}
