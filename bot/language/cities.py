"""Big cities that the tz database has no zone for, as their own people and others write them, by the zone that they are
in.  Those that have a zone are named by CLDR, in every language."""

from __future__ import annotations

from typing import Final

CITIES: Final = {
    "Africa/Cairo": "الإسكندرية|الجيزة",
    "America/Chicago": "Houston|Dallas",
    "America/Los_Angeles": "San Francisco|Seattle",
    "America/Mexico_City": "Guadalajara|Puebla|Ciudad de México",
    "America/New_York": "Boston|Washington|Miami",
    "America/Sao_Paulo": "Rio De Janeiro|Brasilia|Belo Horizonte|Curitiba|Porto Alegre|Campinas|Brasília",
    "Asia/Dhaka": "Chittagong|চট্টগ্রাম|সিলেট|খুলনা|রাজশাহী",
    "Asia/Dubai": "Abu Dhabi|أبوظبي|أبو ظبي|الشارقة",
    "Asia/Jakarta": "Surabaya|Bandung|Medan|Semarang|Yogyakarta|Palembang",
    "Asia/Karachi": "Lahore|Islamabad|لاہور|اسلام آباد|راولپنڈی|پشاور|فیصل آباد|ملتان|کوئٹہ",
    "Asia/Kolkata": "Mumbai|Delhi|New Delhi|Chennai|Bangalore|Hyderabad|Calcutta|दिल्ली|नई दिल्ली|मुंबई|"
    "चेन्नई|बेंगलुरु|लखनऊ|हैदराबाद|دہلی|دلی|نئی دہلی|ممبئی|মুম্বাই|দিল্লি|কলকাতা",
    "Asia/Riyadh": "Jeddah|Mecca|جدة|مكة|المدينة المنورة|الدمام",
    "Asia/Shanghai": "Beijing|Guangzhou|Shenzhen|北京|广州|深圳|成都|武汉|杭州|南京|天津|西安",
    "Asia/Tehran": "Mashhad|Isfahan|مشهد|اصفهان|شیراز|تبریز|کرج|قم",
    "Asia/Tokyo": "Osaka",
    "Australia/Melbourne": "Melbourne",
    "Europe/Berlin": "Munich|Hamburg|Frankfurt|München|Köln|Frankfurt am Main|Stuttgart|Leipzig|Düsseldorf|Bremen",
    "Europe/Istanbul": "Ankara|İzmir|Bursa|Antalya|Adana",
    "Europe/Kyiv": "Kiev",
    "Europe/London": "Manchester|Glasgow",
    "Europe/Madrid": "Barcelona|Valencia|Sevilla|Zaragoza|Bilbao|Málaga",
    "Europe/Moscow": "Saint Petersburg|Санкт-Петербург|Питер|Казань|Нижний Новгород|Сочи",
    "Europe/Paris": "Lyon|Marseille|Toulouse|Bordeaux|Lille|Nice|Nantes|Strasbourg",
    "Europe/Rome": "Milan",
    "UTC": "UTC|GMT",
}
